/* ¿Quién lo ha escrito? */

function render({ model, el }) {
  const status = createStatus();
  const root = h("section", { class: "curso c-authors", "aria-label": "¿Quién lo ha escrito?" });
  const link = createLink(model, root, receive, status.busy);
  const names = new Map();

  const where = h("p", { class: "c-where" });
  const score = h("p", { class: "c-where" });
  const text = h("blockquote", { class: "c-story" });
  const choices = h("div", { class: "c-toolbar c-names", role: "group", "aria-label": "Autores posibles. Flechas para recorrerlos, Intro para elegir." });
  const verdict = h("p", { class: "c-sentence c-verdict", "aria-live": "polite" });
  const next = button("Siguiente texto", () => link.send("following", { kind: "following" }), { class: "c-button c-primary c-next" });
  const again = button("Otra partida", () => link.send("restart", { kind: "restart" }), { class: "c-button c-again" });
  root.append(
    heading("¿Quién lo ha escrito?", "Lee el texto y elige a su autor. Solo vale la primera apuesta."),
    h("div", { class: "c-between" }, where, score), text, choices, verdict, h("div", { class: "c-toolbar" }, next, again), ...status.nodes);
  roving(choices, ".c-name", ["ArrowLeft", "ArrowUp"], ["ArrowRight", "ArrowDown"]);

  function addName(name, first) {
    const made = button("", () => choose(name), { class: "c-button c-name", tabindex: first ? "0" : "-1" });
    names.set(name, made);
    choices.append(made);
  }

  function choose(name) {
    if (names.get(name).getAttribute("aria-disabled") !== "true") link.send("choose", { kind: "choose", name });
  }

  function paintName(name, data) {
    const node = names.get(name);
    const state = !data.guess ? "" : name === data.author ? "right" : name === data.guess ? "wrong" : "other";
    node.dataset.state = state;
    node.setAttribute("aria-disabled", String(Boolean(data.guess)));
    node.setAttribute("aria-pressed", String(name === data.guess));
    setText(node, state === "right" ? `✓ ${name}` : state === "wrong" ? `✗ ${name}` : name);
  }

  function paint(data) {
    data.names.forEach((name, at) => { if (!names.has(name)) addName(name, at === 0); });
    data.names.forEach((name) => paintName(name, data));
    setText(where, data.where);
    setText(score, data.score);
    setText(text, data.text);
    setText(verdict, glue(data.verdict));
    next.hidden = !data.guess || data.last;
    again.hidden = !(data.guess && data.last);
    status.say("");
  }

  function receive(reply) {
    if (reply.kind === "status") return status.say(reply.status);
    const asked = document.activeElement;
    paint(reply);
    if (asked === next || asked === again) names.get(reply.names[0]).focus(); // el botón pulsado ya no está: el foco no se pierde
    else if (reply.guess && names.has(reply.guess) && root.contains(asked)) (next.hidden ? again : next).focus();
  }

  return openView(model, el, root, link, paint);
}

export default { render };
