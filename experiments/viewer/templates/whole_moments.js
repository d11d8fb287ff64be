// What belongs to one moment is drawn in one frame. viser applies positions of nodes at once but
// vertices only after the frame in which they came; on a machine that draws three frames a second
// muscles are then a stride behind the bones. What comes is held here until a frame begins, and
// given to the page as if it were hidden: then it is taken in whole, before anything is drawn.
(() => {
  "use strict";
  const really = Object.getOwnPropertyDescriptor(Document.prototype, "hidden").get;
  let pretends = false;
  Object.defineProperty(document, "hidden", {
    configurable: true,
    get: () => pretends || really.call(document),
  });

  const IDLE_FRAMES = 120;
  const MOST_HELD = 20000; // messages, should no frame ever come
  let held = [], give = null, idle = IDLE_FRAMES + 1;

  function handOver() {
    if (!held.length) return;
    const messages = held;
    held = [];
    pretends = true;
    try {
      give({ data: { type: "message_batch", messages } });
    } finally {
      pretends = false;
    }
  }

  // asks for the next frame before anybody else does, and so begins each frame
  function frame() {
    idle = held.length ? 0 : idle + 1;
    if (idle <= IDLE_FRAMES) requestAnimationFrame(frame);
    handOver();
  }

  window.Worker = class extends Worker {
    set onmessage(handler) {
      super.onmessage = (event) => {
        const what = event.data;
        if (!what || what.type !== "message_batch" || really.call(document)) {
          if (give) handOver();
          handler.call(this, event);
          return;
        }
        give = (whole) => handler.call(this, whole);
        held = held.concat(what.messages);
        if (held.length > MOST_HELD) handOver();
        if (idle > IDLE_FRAMES) {
          idle = 0;
          requestAnimationFrame(frame);
        }
      };
    }
    get onmessage() {
      return super.onmessage;
    }
  };
})();
