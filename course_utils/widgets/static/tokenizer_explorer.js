/* Explorador de tokenizadores: tiras de piezas, tokens por palabra y fusiones paso a paso. */

const TYPING_MS = 120;

/* Una pieza: el texto, sus ids y, si se piden, sus bytes. Si es una letra partida, cada token va en su parte. */
function pieceNode(segment, onlook) {
  const parts = (values, name) => h("span", { class: name }, values.map((value) => h("span", { class: "c-part" }, value)));
  const cut = segment.ids.length > 1;
  const node = h("span", { class: `c-piece${cut ? " c-split" : ""}${segment.ids.length ? "" : " c-gap"}`, role: "option", tabindex: "-1", "aria-label": segment.detail, ...OWN_KEYS,
    onclick: () => node.focus(), onfocus: onlook, onmouseenter: onlook },
  h("span", { class: "c-word" }, segment.text), parts(segment.ids.length ? segment.ids : ["—"], "c-ids"), parts(segment.bytes, "c-bytes"));
  return node;
}

function createPieces() {
  const title = h("p", { class: "c-name" });
  const kind = h("p", { class: "c-kind" });
  const summary = h("p", { class: "c-summary" });
  const strip = h("div", { class: "c-strip", role: "listbox", "aria-orientation": "horizontal" });
  const detail = h("p", { class: "c-detail", "aria-hidden": "true" });
  const more = h("p", { class: "c-more" });
  const node = h("div", { class: "c-panel" }, h("div", { class: "c-panel-head" }, title, kind), summary, strip, detail, more);
  roving(strip, ".c-piece", ["ArrowLeft", "ArrowUp"], ["ArrowRight", "ArrowDown"]);

  return {
    node,
    paint(data) {
      setText(title, data.name);
      setText(kind, data.kind);
      setText(summary, data.summary);
      setText(more, data.more);
      setText(detail, data.segments.length ? "Pasa el ratón por una pieza, o llega a ella con Tab y las flechas, para verla por dentro." : "");
      strip.setAttribute("aria-label", `Piezas con ${data.name}. Flechas para recorrerlas.`);
      strip.replaceChildren(...data.segments.map((segment) => pieceNode(segment, () => setText(detail, segment.detail))));
      strip.firstChild?.setAttribute("tabindex", "0");
    },
  };
}

function languageRow(one, largest) {
  const bars = one.bars.map((bar, i) => {
    const fill = h("span", { class: `c-bar c-bar-${i}` });
    fill.style.setProperty("--p", bar.value / largest);
    return h("li", {}, h("span", { class: "c-hidden" }, `${one.language}, ${bar.name}: ${bar.text} tokens por palabra`),
      h("span", { class: "c-language-row", "aria-hidden": "true" }, h("span", { class: "c-row-label" }, i ? "" : one.language), h("span", { class: "c-track" }, fill, h("span", { class: "c-value" }, `${bar.text} · ${bar.name}`))));
  });
  return bars;
}

function createReplay(act) {
  const id = newId("fusion");
  const modes = h("div", { class: "c-toolbar", role: "group", "aria-label": "Qué fusiones se repiten" });
  const caption = h("p", { class: "c-caption" });
  const announced = h("p", { class: "c-hidden", "aria-live": "polite" });
  const slider = h("input", { id, type: "range", min: 0, max: 0, step: 1, value: 0, ...OWN_KEYS, oninput: () => go(Number(slider.value)) });
  const jump = (text, label, target) => button(text, () => go(target()), { "aria-label": label, title: label });
  const steps = h("div", { class: "c-toolbar c-steps" },
    jump("|◀", "Al principio", () => 0), jump("◀ Atrás", "Una fusión atrás", () => at - 1), jump("Adelante ▶", "Una fusión adelante", () => at + 1), jump("▶|", "Al final", () => total),
    h("label", { for: id, class: "c-hidden" }, "Fusión"), slider);
  const words = h("ul", { class: "c-words", "aria-label": "Las palabras, con las fusiones hechas hasta aquí" });
  const more = h("p", { class: "c-more" });
  let at = 0;
  let total = 0;

  function go(position) {
    at = Math.min(Math.max(position, 0), total);
    act("step", { position: at });
  }

  function wordNode(word) {
    const pieces = word.pieces.map((piece) => h("span", { class: `c-merged${piece.new ? " c-new" : ""}${piece.parts > 1 ? " c-split" : ""}`, title: piece.parts > 1 ? `una letra en ${piece.parts} piezas` : null }, piece.text));
    return h("li", { class: "c-word-row" }, pieces, word.times > 1 ? h("span", { class: "c-times" }, `×${word.times}`) : null);
  }

  return {
    nodes: [modes, steps, caption, words, more, announced],
    modes(list) {
      modes.replaceChildren(...list.map((one) => button(one.title, () => act("mode", { mode: one.mode }), { "data-mode": one.mode })));
    },
    paint(mode, data) {
      for (const one of modes.children) one.setAttribute("aria-pressed", String(one.dataset.mode === mode));
      at = data.position;
      total = data.total;
      slider.max = total;
      slider.value = at;
      slider.disabled = total === 0;
      slider.setAttribute("aria-valuetext", data.caption);
      slider.style.setProperty("--fill", `${(100 * at) / Math.max(total, 1)}%`);
      setText(caption, data.caption);
      setText(more, data.more);
      words.replaceChildren(...data.words.map(wordNode));
    },
    announce: (text) => setText(announced, text),
  };
}

function render({ model, el }) {
  const status = createStatus();
  const root = h("section", { class: "curso c-tokenizers", "aria-label": "Explorador de tokenizadores" });
  const link = createLink(model, root, receive, status.busy);
  const strips = [];

  const text = createTyping("Texto", 2, TYPING_MS, link.send);
  const bytes = button("Ver los bytes", () => {
    const on = root.classList.toggle("c-with-bytes");
    bytes.setAttribute("aria-pressed", String(on));
  }, { "aria-pressed": "false" });
  const panels = h("div", { class: "c-panels" });
  const languages = h("ul", { class: "c-languages", "aria-label": "Tokens por palabra en cada lengua" });
  const replay = createReplay((kind, more) => link.send(kind, { kind, ...more }));
  const section = (title, hint, ...nodes) => h("div", { class: "c-section" }, h("p", { class: "c-subtitle", role: "heading", "aria-level": "4" }, title), h("p", { class: "c-hint" }, hint), ...nodes);
  root.append(heading("¿En qué piezas se corta un texto?", "Escribe lo que quieras: cada pieza lleva debajo su id."),
    text.node, h("div", { class: "c-toolbar" }, bytes), ...status.nodes, panels,
    section("Tokens por palabra", "El mismo texto en cada lengua: cuantos más tokens, más caro y menos cabe en la ventana.", languages),
    section("Las fusiones, paso a paso", "BPE empieza con letras (o bytes) y va uniendo parejas de piezas vecinas.", ...replay.nodes));

  function paint(data, forced) {
    text.take(data.text, forced);
    while (strips.length < data.panels.length) {
      strips.push(createPieces());
      panels.append(strips[strips.length - 1].node);
    }
    data.panels.forEach((one, i) => strips[i].paint(one));
    const largest = Math.max(...data.languages.flatMap((one) => one.bars.map((bar) => bar.value)), 0.001);
    languages.replaceChildren(...data.languages.flatMap((one) => languageRow(one, largest)));
    replay.modes(data.modes);
    replay.paint(data.mode, data.replay);
    status.say(data.status);
    status.announce(data.panels.map((one) => `${one.name}: ${one.summary}`).join(" "));
  }

  function receive(reply, mine) {
    if (reply.kind === "status") return status.say(reply.status);
    if (reply.kind === "replay") {
      replay.paint(reply.mode, reply.replay);
      return replay.announce(reply.replay.caption);
    }
    paint(reply, reply.force || !mine);
  }

  return openView(model, el, root, link, paint);
}

export default { render };
