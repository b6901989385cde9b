/* El viaje de un token: una torre de niveles; cada uno, con sus apuestas, y entre dos, lo que cada parte ha movido el vector. */

const READ_MS = 250;

function createGuess() {
  const parts = { label: h("span", { class: "c-row-label" }), bar: h("span", { class: "c-bar c-model" }), value: h("span", { class: "c-value" }) };
  return { ...parts, node: h("span", { class: "c-guess" }, parts.label, h("span", { class: "c-track" }, parts.bar, parts.value)) };
}

function paintGuess(guess, [label, p, text]) {
  setText(guess.label, label);
  guess.bar.style.setProperty("--p", p);
  setText(guess.value, text);
}

function createLevel(name, count) {
  const guesses = Array.from({ length: count }, createGuess);
  const spoken = h("span", { class: "c-hidden" });
  const visible = h("span", { class: "c-level-body", "aria-hidden": "true" }, h("span", { class: "c-level-name" }, name), h("span", { class: "c-guesses" }, guesses.map((one) => one.node)));
  const node = h("li", { class: "c-level" }, h("span", { class: "c-dot", "aria-hidden": "true" }), spoken, visible);
  return {
    node,
    paint(found, settled) {
      guesses.forEach((guess, i) => paintGuess(guess, found[i]));
      node.classList.toggle("c-settled", settled);
      setText(spoken, `${name}: ${found.map(([label, , text]) => `«${label}» ${text}`).join(", ")}`);
    },
  };
}

function createStep(layer, parts) {
  const bars = parts.map(() => h("span", { class: "c-move-bar" })), values = parts.map(() => h("span", { class: "c-move-value" }));
  const node = h("li", { class: "c-step" }, h("span"),
    h("span", { class: "c-moves" }, h("span", { class: "c-layer" }, `capa ${layer}`), parts.map((part, i) => h("span", { class: "c-move" }, `+ ${part}`, bars[i], values[i]))));
  return {
    node,
    paint(sizes) {
      sizes.forEach((size, i) => {
        bars[i].style.setProperty("--p", Math.min(size, 1));
        setText(values[i], `${Math.round(100 * size)}\u00a0%`);
      });
    },
  };
}

function render({ model, el }) {
  const status = createStatus();
  const root = h("section", { class: "curso c-journey", "aria-label": "El viaje de un token" });
  const link = createLink(model, root, receive, status.busy);
  const typed = debounce((values) => link.send("read", { kind: "read", ...values }), READ_MS);
  const fields = createFields(typed);
  const strip = createStrip("Tokens. Flechas para elegir el que viaja.", look);
  const asks = h("p", { class: "c-caption" });
  const sentence = h("p", { class: "c-sentence" });
  const tower = h("ol", { class: "c-tower", "aria-label": "De la entrada a la respuesta" });
  let data = null, levels = [], steps = [], shape = "";

  root.append(
    heading("El viaje de un token", "Elige un token con el ratón o con las flechas y síguelo capa a capa."),
    fields.node, h("p", { class: "c-caption" }, "El token que viaja"), strip.node, sentence, asks, tower,
    h("p", { class: "c-hint" }, "Cada parte de una capa cambia el vector del token; el tanto por ciento es la longitud de ese cambio, comparada con la del vector que llega."), ...status.nodes);

  function build() {
    const wanted = [...data.levels, ...data.parts].join("|");
    if (wanted === shape) return;
    shape = wanted;
    levels = data.levels.map((name) => createLevel(name, data.journeys[0].guesses[0].length));
    steps = data.levels.slice(1).map((_, layer) => createStep(layer, data.parts));
    tower.replaceChildren(...levels.flatMap((level, i) => (i ? [steps[i - 1].node, level.node] : [level.node])));
  }

  function look(position) {
    if (!data) return;
    const journey = data.journeys[position];
    levels.forEach((level, i) => level.paint(journey.guesses[i], i >= journey.since));
    steps.forEach((step, i) => step.paint(journey.moves[i]));
    strip.mark(position);
    setText(sentence, glue(journey.summary));
    root.dataset.position = position;
    status.announce(journey.summary);
  }

  function paint(fresh) {
    const same = data?.tokens.join() === fresh.tokens.join();
    const position = same ? Number(root.dataset.position) : fresh.position;
    data = fresh;
    fields.fill(data.fields);
    strip.fill(data.tokens, true);
    setText(asks, `${data.asks}, si el viaje acabara en cada nivel`);
    build();
    look(position);
    status.say(data.status);
  }

  const answers = {
    snapshot: paint,
    chosen(reply) { look(reply.position); },
    status(reply) { status.say(reply.status); },
  };

  function receive(reply) {
    answers[reply.kind]?.(reply);
  }

  const close = openView(model, el, root, link, paint);
  return () => { typed.cancel(); close(); };
}

export default { render };
