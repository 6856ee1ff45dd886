// The ways out of the form: to the forge, as a file, as text.

const MOST_IN_ADDRESS = 7000; // characters: forges refuse addresses of more than 8 KB
const HOSTS = { "github.com": "github", "gitee.com": "gitee", "gitlab.com": "gitlab" };

/** The program that runs a repository, by its host where the site does not say. */
const forgeOf = ({ repository, forge }) => forge ?? HOSTS[new URL(repository).hostname] ?? "gitea";

/**
 * The address at which a forge takes a new file, and whether it takes the text from the address: Gitee and GitLab do
 * not, and no forge does for a long text.
 */
export const forgeAddress = (submission, path, text) => {
  const repository = submission.repository.replace(/\/+$/, "");
  const branch = encodeURIComponent(submission.branch ?? "main");
  const name = encodeURIComponent(path);
  const forge = forgeOf(submission);
  if (forge === "gitee") return { address: `${repository}/tree/${branch}/content/events`, isFilled: false };
  if (forge === "gitlab") return { address: `${repository}/-/new/${branch}?file_name=${name}`, isFilled: false };
  const page = forge === "github" ? "new" : "_new";
  const empty = `${repository}/${page}/${branch}/?filename=${name}`;
  const whole = `${empty}&value=${encodeURIComponent(text)}`;
  return whole.length > MOST_IN_ADDRESS ? { address: empty, isFilled: false } : { address: whole, isFilled: true };
};

/** The address at which a forge changes a file. No forge takes the text from an address. */
export const editAddress = (submission, path) => {
  const repository = submission.repository.replace(/\/+$/, "");
  const page = { gitea: "_edit", gitlab: "-/edit" }[forgeOf(submission)] ?? "edit";
  const parts = [submission.branch ?? "main", ...path.split("/")];
  return `${repository}/${page}/${parts.map(encodeURIComponent).join("/")}`;
};

/** The address that opens a mail with the event. */
export const mailAddress = (mail, subject, text) =>
  `mailto:${mail}?subject=${encodeURIComponent(subject)}&body=${encodeURIComponent(text.replaceAll("\n", "\r\n"))}`;

/** Saves a text as a file of this device. */
export const download = (name, text) => {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type: "text/markdown;charset=utf-8" }));
  link.download = name;
  link.click();
  URL.revokeObjectURL(link.href);
};
