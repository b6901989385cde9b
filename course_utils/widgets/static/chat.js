/* Charla: bocadillos, medidor de la ventana y un cuadro para preguntar. */

const SLOW_MS = 45; // si una respuesta tarda más, se piden más tokens de una vez
const still = () => window.matchMedia("(prefers-reduced-motion: reduce)").matches;

/* Los turnos: se rehace solo lo que cambia, para que un lector de pantalla no lo lea todo otra vez. */
function createLog() {
  const node = h("div", { class: "c-log", role: "log", "aria-label": "Conversación", tabindex: "0", ...OWN_KEYS });
  const empty = h("p", { class: "c-hint" }, "Todavía no hay preguntas.");
  const rows = [];

  function newRow() {
    const parts = { title: h("strong"), text: h("span", { class: "c-given" }), question: h("span"), answer: h("span", { class: "c-answer" }), note: h("small"), state: h("small", { class: "c-state" }) };
    const given = h("span", { class: "c-attachment" }, parts.title, " ", parts.text);
    const node = h("div", { class: "c-turn" },
      h("div", { class: "c-bubble c-mine" }, h("span", { class: "c-hidden" }, "Tú: "), given, parts.question),
      h("div", { class: "c-bubble c-its" }, h("span", { class: "c-hidden" }, "El modelo: "), parts.answer, parts.note, parts.state));
    return { ...parts, given, node };
  }

  function paint(row, turn, writing) {
    row.given.hidden = !turn.text;
    setText(row.title, turn.title);
    setText(row.text, turn.text);
    setText(row.question, turn.question);
    setText(row.answer, turn.answer || (writing ? "…" : "(nada)"));
    setText(row.note, turn.note);
    setText(row.state, turn.state);
    row.node.classList.toggle("c-outside", !turn.inside);
    row.node.classList.toggle("c-writing", writing);
  }

  return {
    node,
    fill(turns, running) {
      while (rows.length > turns.length) rows.pop().node.remove();
      if (!turns.length) node.replaceChildren(empty);
      else empty.remove();
      while (rows.length < turns.length) { rows.push(newRow()); node.append(rows[rows.length - 1].node); }
      turns.forEach((turn, i) => paint(rows[i], turn, running && i === turns.length - 1));
      node.scrollTop = node.scrollHeight;
    },
  };
}

function createMeter() {
  const summary = h("p", { class: "c-summary" });
  const bar = h("div", { class: "c-window", "aria-hidden": "true" });
  const legend = h("ul", { class: "c-key" });
  const lost = h("p", { class: "c-lost" });
  const node = h("div", { class: "c-meter", role: "group", "aria-label": "Ventana de contexto" }, summary, bar, legend, lost);

  function piece(part) {
    const made = h("span", { class: `c-part c-${part.kind}`, title: `${part.name}: ${part.tokens} tokens` }, part.tokens >= 14 ? String(part.tokens) : "");
    made.style.flexGrow = part.tokens;
    return made;
  }

  return {
    node,
    fill(meter) {
      setText(summary, meter.summary);
      bar.replaceChildren(...meter.parts.filter((part) => part.tokens).map(piece));
      legend.replaceChildren(...meter.legend.map((one) => h("li", {}, h("span", { class: `c-swatch c-part c-${one.kind}`, "aria-hidden": "true" }), `${one.name} ${one.tokens}`)));
      setText(lost, meter.lost);
    },
  };
}

/* Botones de los que uno, o ninguno, está puesto. */
function createChoice(label, onpick) {
  const group = h("div", { class: "c-choice", role: "group", "aria-label": label });
  const node = h("div", { class: "c-choices" }, h("span", { class: "c-choice-name" }, label), group);
  return {
    node,
    fill(options) {
      const before = group.contains(document.activeElement) ? [...group.children].indexOf(document.activeElement) : -1;
      group.replaceChildren(...options.map(({ value, text, on }) => button(text, () => onpick(value), on === undefined ? {} : { "aria-pressed": String(on) })));
      if (before >= 0) group.children[Math.min(before, group.children.length - 1)]?.focus();
      node.hidden = !options.length;
    },
  };
}

function render({ model, el }) {
  const status = createStatus();
  const root = h("section", { class: "curso c-chat", "aria-label": "Charla", onkeydown: (event) => { if (event.key === "Escape" && running) stop(); } });
  const link = createLink(model, root, (reply, mine, elapsed) => answers[reply.kind]?.(reply, mine, elapsed), status.busy);
  let running = false;

  const log = createLog();
  const meter = createMeter();
  const topics = createChoice("Adjuntar un texto:", (title) => link.send("attach", { kind: "attach", title }));
  const attached = h("p", { class: "c-attached" });
  const questions = createChoice("Prueba:", (text) => ask(text));
  const windows = createChoice("Ventana, en tokens:", (window) => link.send("resize", { kind: "resize", window }));
  const question = textBox("Tu pregunta (Intro la envía; mayúsculas e Intro, otra línea)", 1, () => {});
  question.box.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    ask(question.box.value);
  });
  const send = button("▶ Enviar", () => (running ? stop() : ask(question.box.value)), { class: "c-button c-primary" });
  const forget = button("Olvidar", () => { running = false; link.send("forget", { kind: "forget" }); }, { title: "Vacía la conversación" });

  root.append(
    heading("Charla", "El modelo solo sabe de su micromundo: dale un texto y pregúntale por él. Escape detiene la respuesta."),
    log.node, meter.node, topics.node, attached, questions.node, question.node,
    h("div", { class: "c-toolbar" }, send, forget, windows.node), ...status.nodes,
  );

  const more = (count) => requestAnimationFrame(() => { if (running) link.send("next", { kind: "next", count }); });

  function ask(text) {
    status.say("");
    link.send("ask", { kind: "ask", text });
  }

  function stop() {
    running = false;
    link.send("stop", { kind: "stop" });
  }

  function progress(reply) {
    running = reply.running;
    log.fill(reply.turns, running);
    meter.fill(reply.meter);
    setText(send, running ? "■ Detener" : "▶ Enviar");
    send.classList.toggle("c-running", running);
  }

  function paint(reply) {
    progress(reply);
    topics.fill(reply.topics.map((one) => ({ value: one.title, text: one.title, on: one.on })));
    setText(attached, reply.attached ? `Irá con tu próxima pregunta: «${reply.attached}»` : "");
    questions.fill(reply.questions.map((text) => ({ value: text, text })));
    windows.fill(reply.windows.map((one) => ({ value: one.size, text: String(one.size), on: one.on })));
    status.say(reply.status);
  }

  const answers = {
    snapshot(reply, mine) { paint(reply); if (mine && running) more(1); },
    asked(reply, mine) { paint(reply); if (mine) { question.box.value = ""; more(still() ? 16 : 1); } },
    tokens(reply, mine, elapsed) {
      const asking = running;
      progress(reply);
      if (!asking && running) { running = false; return; }
      if (mine && running) more(still() ? 16 : elapsed > SLOW_MS ? 4 : 1);
      if (!running) status.announce(`${reply.turns[reply.turns.length - 1]?.answer ?? ""} ${reply.meter.summary} ${reply.meter.lost}`);
    },
    status(reply) { running = false; setText(send, "▶ Enviar"); status.say(reply.status); },
  };

  const close = openView(model, el, root, link, (first) => answers.snapshot(first));
  return () => { running = false; close(); };
}

export default { render };
