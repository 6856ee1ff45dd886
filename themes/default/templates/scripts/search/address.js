// What a visitor asks for, as a state, and the address that keeps it.

export const FLAGS = ["free", "signup", "online", "wheelchair", "past"];

/** The field of the search data that holds an event's keys, by the parameter of the address. */
export const FIELDS = {
  district: "district",
  audience: "audiences",
  form: "form",
  theme: "themes",
  programme: "programme",
  organiser: "organisers",
};
export const PARAMETERS = Object.keys(FIELDS);

/** The state of an address: `words` and `date` as texts, a set of keys for each parameter, a boolean for each flag. */
export const stateOf = (address) => {
  const query = new URLSearchParams(address);
  const state = { words: query.get("q") ?? "", date: query.get("date") ?? "" };
  for (const parameter of PARAMETERS) state[parameter] = new Set(query.getAll(parameter));
  for (const flag of FLAGS) state[flag] = query.get(flag) === "1";
  return state;
};

/** The address of a state: a query, or the path alone where nothing is asked for. */
export const addressOf = (state) => {
  const query = new URLSearchParams();
  if (state.words) query.set("q", state.words);
  if (state.date) query.set("date", state.date);
  for (const parameter of PARAMETERS) for (const key of state[parameter]) query.append(parameter, key);
  for (const flag of FLAGS) if (state[flag]) query.set(flag, "1");
  const text = query.toString();
  return text ? `?${text}` : location.pathname;
};

export const isChosen = (state, parameter, key) => {
  if (parameter === "date") return state.date === key;
  return FLAGS.includes(parameter) ? state[parameter] : state[parameter].has(key);
};

/** The state with one choice made, or taken back where it was made before. */
export const toggled = (state, parameter, key) => {
  if (parameter === "date") return { ...state, date: state.date === key ? "" : key };
  if (FLAGS.includes(parameter)) return { ...state, [parameter]: !state[parameter] };
  const keys = new Set(state[parameter]);
  if (!keys.delete(key)) keys.add(key);
  return { ...state, [parameter]: keys };
};
