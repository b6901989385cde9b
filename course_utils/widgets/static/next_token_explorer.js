/* Explorador del siguiente token. */

const TYPING_MS = 120;

function explorerRow(onpick) {
  const parts = {
    label: h("span", { class: "c-row-label" }),
    model: h("span", { class: "c-bar c-model" }),
    modelValue: h("span", { class: "c-value" }),
    truth: h("span", { class: "c-bar c-truth" }),
    truthValue: h("span", { class: "c-value c-truth-value" }),
  };
  const tracks = h("span", { class: "c-tracks", "aria-hidden": "true" },
    h("span", { class: "c-track" }, parts.model, parts.modelValue), h("span", { class: "c-track c-truth-track" }, parts.truth, parts.truthValue));
  parts.button = h("button", { type: "button", class: "c-row", tabindex: "-1", onclick: onpick, ...OWN_KEYS }, parts.label, tracks);
  return { ...parts, node: h("li", {}, parts.button) };
}

function paintExplorerRow(row, data) {
  row.id = data.id;
  setText(row.label, data.label);
  row.model.style.setProperty("--p", data.model);
  setText(row.modelValue, data.model_text);
  row.truth.style.setProperty("--p", data.truth ?? 0);
  setText(row.truthValue, data.truth_text);
  row.button.setAttribute("aria-label", data.spoken);
}

function render({ model, el }) {
  const status = createStatus();
  const root = h("section", { class: "curso c-explorer", "aria-label": "Explorador del siguiente token" });
  const link = createLink(model, root, receive, status.busy);
  const rows = [];

  const context = createTyping("Contexto", 3, TYPING_MS, link.send);
  const undo = button("↶ Deshacer", () => act("undo"), { title: "Vuelve al texto anterior" });
  const reset = button("Empezar de nuevo", () => act("reset"), { title: "Vuelve al texto del principio" });
  const where = h("p", { class: "c-where" });
  const legend = h("p", { class: "c-legend", "aria-hidden": "true" },
    h("span", { class: "c-key" }, h("span", { class: "c-swatch c-model" }), "modelo"), h("span", { class: "c-key c-key-truth" }, h("span", { class: "c-swatch c-truth" }), "verdad"));
  const list = h("ul", { class: "c-rows", "aria-label": "Tokens que pueden seguir. Flechas para recorrerlos, Intro para añadir uno." });
  const rest = h("p", { class: "c-rest" });
  const summary = h("p", { class: "c-summary" });
  root.append(
    heading("¿Qué token viene ahora?", "Escribe un texto. Un clic en una barra (o Intro) añade ese token."),
    context.node, h("div", { class: "c-toolbar" }, undo, reset), h("div", { class: "c-between" }, where, legend), list, rest, summary, ...status.nodes);
  roving(list, ".c-row", ["ArrowUp", "ArrowLeft"], ["ArrowDown", "ArrowRight"]);

  function act(kind, more) {
    context.settle();
    link.send(kind === "append" ? `append-${Math.random()}` : kind, { kind, ...more });
  }

  function pick(row) {
    act("append", { id: row.id, text: context.box.value });
  }

  function fitRows(count) {
    while (rows.length < count) {
      const row = explorerRow(() => pick(row));
      rows.push(row);
      list.append(row.node);
    }
    while (rows.length > count) rows.pop().node.remove();
  }

  function paint(data, forced) {
    context.take(data.context, forced);
    fitRows(data.rows.length);
    data.rows.forEach((one, i) => paintExplorerRow(rows[i], one));
    if (!list.querySelector('[tabindex="0"]')) rows[0]?.button.setAttribute("tabindex", "0");
    root.style.setProperty("--scale", data.scale);
    root.classList.toggle("c-with-truth", data.has_truth);
    setText(where, data.where);
    setText(rest, glue(`${data.rest.label}: ${data.rest.model_text}${data.has_truth ? ` (de verdad, ${data.rest.truth_text})` : ""}`));
    setText(summary, glue(data.summary));
    undo.setAttribute("aria-disabled", String(!data.can_undo));
    status.say(data.status);
    status.announce(data.summary);
  }

  function receive(reply, mine) {
    if (reply.kind === "status") return status.say(reply.status);
    paint(reply, reply.force || !mine);
  }

  return openView(model, el, root, link, paint);
}

export default { render };
