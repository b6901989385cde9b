/* De la nieve al dibujo: unas imágenes pequeñas, un mando que mueve el tiempo y unos botones que eligen qué pintar.
   La película llega entera, así que mover el tiempo no pregunta nada al kernel. */

const FRAME_MS = 130; // lo que dura cada momento al pasar la película
const pixels = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));

function createPicture(side) {
  const canvas = h("canvas", { width: side, height: side, role: "img" });
  const reading = h("figcaption", { class: "c-reading" });
  return {
    node: h("figure", { class: "c-picture" }, canvas, reading),
    paint(levels, label, said) {
      const image = new ImageData(side, side);
      for (let i = 0; i < side * side; i++) image.data.set([levels[3 * i], levels[3 * i + 1], levels[3 * i + 2], 255], 4 * i);
      canvas.getContext("2d").putImageData(image, 0, 0);
      canvas.setAttribute("aria-label", said ? `${label}: el árbitro ve ${said}` : label);
      setText(reading, glue(said ?? ""));
    },
  };
}

function render({ model, el }) {
  const status = createStatus();
  const root = h("section", { class: "curso c-denoising", "aria-label": "De la nieve al dibujo" });
  const link = createLink(model, root, receive, status.busy);
  const kinds = h("div", { class: "c-toolbar c-kinds", role: "toolbar", "aria-label": "Qué pintar" });
  const wall = h("div", { class: "c-wall" });
  const sentence = h("p", { class: "c-sentence" });
  const id = newId("momento");
  const value = h("output", { for: id });
  const slider = h("input", { id, type: "range", min: 0, step: 1, "data-name": "moment", ...OWN_KEYS, oninput: () => show(Number(slider.value)) });
  const play = button("Ver la película", () => (timer ? stop() : start()), { class: "c-button c-primary" });
  const again = button("Otra nieve", () => ask({ seed: state.seed + 1 }));
  let state = {};
  let levels = null;
  let pictures = [];
  let timer = null;

  root.append(heading("De la nieve al dibujo", "Elige qué pintar y mueve el tiempo: t = 0 es pura nieve y t = 1, el dibujo acabado."),
    kinds, wall, h("div", { class: "c-time" }, h("label", { for: id }, "Tiempo"), slider, value), sentence,
    h("div", { class: "c-toolbar" }, play, again), ...status.nodes);
  roving(kinds, ".c-button", ["ArrowLeft", "ArrowUp"], ["ArrowRight", "ArrowDown"]);

  function ask(what) {
    stop();
    link.send("move", { kind: "move", what });
  }

  function stop() {
    clearInterval(timer);
    timer = null;
    setText(play, "Ver la película");
  }

  /* Los momentos pasan de uno en uno hasta el último; solo si alguien lo pide. */
  function start() {
    if (state.moment === state.moments - 1) show(0);
    setText(play, "Parar");
    timer = setInterval(() => (state.moment < state.moments - 1 ? show(state.moment + 1) : stop()), FRAME_MS);
  }

  function show(moment) {
    const size = 3 * state.side * state.side;
    state.moment = moment;
    root.dataset.moment = String(moment);
    if (Number(slider.value) !== moment) slider.value = moment;
    setText(value, `t = ${state.times[moment]}`);
    slider.setAttribute("aria-valuetext", `t = ${state.times[moment]}`);
    pictures.forEach((one, i) => {
      const start = size * (moment * state.samples + i);
      one.paint(levels.subarray(start, start + size), `${state.chosen}, dibujo ${i + 1}`, state.readings[moment]?.[i]);
    });
    setText(sentence, state.sentences[moment]);
    status.announce(state.sentences[moment]);
  }

  function paint() {
    levels = pixels(state.frames);
    root.dataset.chosen = state.chosen;
    root.dataset.seed = String(state.seed);
    for (const one of kinds.children) {
      const on = one.dataset.kind === state.chosen;
      one.setAttribute("aria-pressed", String(on));
      one.setAttribute("tabindex", on ? "0" : "-1");
    }
    status.say("");
    show(state.moment);
  }

  function build(data) {
    state = { ...data };
    slider.max = data.moments - 1;
    kinds.replaceChildren(...data.names.map((name) => button(name, () => ask({ kind: name }), { "data-kind": name })));
    pictures = Array.from({ length: data.samples }, () => createPicture(data.side));
    wall.replaceChildren(...pictures.map((one) => one.node));
    paint();
  }

  function receive(reply) {
    if (reply.kind === "status") return status.say(reply.status);
    if (reply.kind === "snapshot") return build(reply);
    const moment = reply.view === undefined ? reply.state.moment : state.moment; // lo que pide Python manda; si no, el mando se queda
    state = { ...state, ...reply.state, moment };
    return "frames" in reply.state ? paint() : show(moment);
  }

  const close = openView(model, el, root, link, build);
  return () => { stop(); close(); };
}

export default { render };
