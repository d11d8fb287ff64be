// A picture, a clip and a link of what is shown; all is made here, nothing is sent to the server.
// viser's page has no place for these: its own screenshots go through the server.
(() => {
  "use strict";
  const FRAMES_A_SECOND = 20;
  const LONGEST_CLIP_S = 60;
  const WIDEST = 960; // pixels of a clip
  const world = () => document.querySelector("canvas[data-engine]");
  let clip = null;

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
    async clip(button) {
      if (clip) {
        clip.goesOn = false;
        return;
      }
      clip = { goesOn: true };
      told(button, "End the clip");
      const ends = performance.now() + 1000 * LONGEST_CLIP_S;
      const film = await retrowalkFilm(world(), {
        widest: WIDEST,
        framesASecond: FRAMES_A_SECOND,
        goesOn: () => clip.goesOn && performance.now() < ends,
        counted: (frames) => (button.dataset.frames = frames),
      });
      clip = null;
      told(button, film ? "" : "This browser makes no clips");
      if (film) save(film, "retrowalk.webm");
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

  // On a tablet two open panels leave no room for the walker between them: the charts begin folded.
  function foldCharts() {
    const watch = new MutationObserver(() => {
      const fold = document.querySelector('[data-dock-region-collapse="left"]');
      if (!fold) return;
      watch.disconnect();
      fold.click();
    });
    watch.observe(document.body, { childList: true, subtree: true });
  }

  addEventListener("DOMContentLoaded", () => {
    document.documentElement.addEventListener("keydown", ours);
    if (matchMedia("(min-width: 36.01em) and (max-width: 56em)").matches) foldCharts();
  });
})();
