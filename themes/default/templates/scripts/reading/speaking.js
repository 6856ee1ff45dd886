// Speaks sentences with the browser's own voices. Nothing is sent to another host by the site.

/**
 * A voice for some sentences: `speak` begins or goes on, `hush` keeps the place. Pausing cancels the sentence, and
 * going on repeats it: the pause of the interface ends the whole reading on Android.
 */
export const voiceFor = (sentences, { onSentence, onEnd, onFailure }) => {
  let place = 0;
  let spoken; // the utterance that is heard; a cancelled one fires its events late
  const speak = () => {
    const sentence = sentences[place];
    if (!sentence) {
      onEnd();
      return;
    }
    const utterance = new SpeechSynthesisUtterance(sentence.words);
    utterance.lang = sentence.lang;
    utterance.addEventListener("end", () => {
      if (spoken !== utterance) return;
      place += 1;
      speak();
    });
    utterance.addEventListener("error", () => {
      if (spoken === utterance) onFailure();
    });
    spoken = utterance; // also keeps it from being collected, which would lose its events
    onSentence(sentence);
    speechSynthesis.speak(utterance);
  };
  const hush = () => {
    spoken = undefined;
    speechSynthesis.cancel();
  };
  return { speak, hush };
};
