// A picture, a clip and a link of what is shown; all is made here, nothing is sent to the server.
// viser's page has no place for these: its own screenshots go through the server.
(() => {
  "use strict";
  const FRAMES_A_SECOND = 20;
  const LONGEST_CLIP_S = 60;
  const WIDEST = 960; // pixels of a clip
  const world = () => document.querySelector("canvas[data-engine]");
  let recorder = null;

  function save(blob, name) {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(blob);
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10000);
  }

  const told = (button, text) => {
    const label = button.dataset.label || (button.dataset.label = button.textContent);
    button.textContent = text || label;
  };

  window.retrowalk = {
    picture() {
      world().toBlob((blob) => save(blob, "retrowalk.png"));
    },
    clip(button) {
      if (recorder) {
        recorder.stop();
        return;
      }
      const film = document.createElement("canvas");
      const share = Math.min(1, WIDEST / world().width);
      film.width = Math.round(share * world().width);
      film.height = Math.round(share * world().height);
      const paper = film.getContext("2d");
      const copy = () => paper.drawImage(world(), 0, 0, film.width, film.height);
      copy();
      const pieces = [];
      const frames = setInterval(copy, 1000 / FRAMES_A_SECOND);
      recorder = new MediaRecorder(film.captureStream(FRAMES_A_SECOND));
      const end = setTimeout(() => recorder.stop(), 1000 * LONGEST_CLIP_S);
      recorder.ondataavailable = (event) => pieces.push(event.data);
      recorder.onstop = () => {
        clearInterval(frames);
        clearTimeout(end);
        save(new Blob(pieces, { type: recorder.mimeType }), "retrowalk.webm");
        recorder = null;
        told(button);
      };
      recorder.start();
      told(button, "End the clip");
    },
    link(button) {
      const query = document.querySelector("[data-link]").dataset.link;
      history.replaceState(null, "", `/?${query}`);
      if (navigator.clipboard) navigator.clipboard.writeText(location.href).catch(() => {});
      told(button, "Link is in the address line");
      setTimeout(told, 3000, button);
    },
  };

  // Left and right rewind; without this they turn the camera too.
  const ours = (event) => {
    if (event.key === "ArrowLeft" || event.key === "ArrowRight") event.stopPropagation();
  };
  addEventListener("DOMContentLoaded", () => {
    document.documentElement.addEventListener("keydown", ours);
    // viser's notices would cover the walker; what there is to say stands in the panel.
    const style = document.createElement("style");
    style.textContent = ".mantine-Notifications-root { display: none; }";
    document.head.append(style);
  });
})();
