// The words of the desk, which its page hands over.
export const deskWords = JSON.parse(document.querySelector("#desk-words").textContent);
