/* Constructor de prompts: cada casilla se pregunta a Python, y vuelven el prompt, la respuesta y el acierto. */

function createAnswers() {
  const list = h("ul", { class: "c-answers", "aria-label": "Lo que escribiría el modelo" });
  const line = (one) => {
    const bar = h("span", { class: "c-bar c-model" });
    bar.style.setProperty("--p", one.p);
    const mark = one.right ? "✓" : "";
    return h("li", { class: one.right ? "c-right" : null, "aria-label": `${one.label}: ${one.text}${one.right ? ", la que toca" : ""}` },
      h("span", { class: "c-row-label", "aria-hidden": "true" }, one.label), h("span", { class: "c-track", "aria-hidden": "true" }, bar, h("span", { class: "c-value" }, glue(`${one.text} ${mark}`))));
  };
  return { node: list, fill(rows) { list.replaceChildren(...rows.map(line)); } };
}

function createGauge() {
  const share = h("div", { class: "c-share" });
  const spread = h("div", { class: "c-spread" });
  const ceiling = h("div", { class: "c-ceiling" });
  const node = h("div", { class: "c-gauge", role: "img" }, share, spread, ceiling);
  return {
    node,
    fill(data) {
      share.style.width = `${100 * data.share}%`;
      spread.style.left = `${100 * data.low}%`;
      spread.style.width = `${100 * (data.high - data.low)}%`;
      ceiling.style.left = `${100 * data.ceiling}%`;
      node.setAttribute("aria-label", `${data.accuracy} ${data.most}`);
    },
  };
}

function render({ model, el }) {
  const status = createStatus();
  const root = h("section", { class: "curso c-builder", "aria-label": "Constructor de prompts" });
  const link = createLink(model, root, receive, status.busy);
  const inputs = {};
  let asked = null;

  const form = h("div", { class: "c-form" });
  const prompt = h("pre", { class: "c-prompt", tabindex: "0", "aria-label": "El prompt, tal como lo lee el modelo", ...OWN_KEYS });
  const used = h("div", { class: "c-used" });
  const meter = h("div", { class: "c-meter", "aria-hidden": "true" }, used);
  const count = h("p", { class: "c-rest c-tokens" });
  const answers = createAnswers();
  const verdict = h("p", { class: "c-verdict" });
  const gauge = createGauge();
  const accuracy = h("p", { class: "c-accuracy" });
  const most = h("p", { class: "c-rest" });
  const another = button("Otra tarea", () => press("another"), { "data-name": "another", title: "Otras palabras, otras etiquetas y otra pregunta" });
  const shuffle = button("Barajar los ejemplos", () => press("shuffle"), { "data-name": "shuffle", title: "Los mismos ejemplos en otro orden" });
  root.append(
    heading("Constructor de prompts", "Pon y quita ejemplos, cambia cómo se escriben y mira qué contesta."),
    form, h("div", { class: "c-toolbar" }, another, shuffle), ...status.nodes,
    h("div", { class: "c-columns" },
      h("div", {}, h("p", { class: "c-subtitle" }, "El prompt"), prompt, meter, count),
      h("div", {}, h("p", { class: "c-subtitle" }, "Lo que contesta"), answers.node, verdict,
        h("p", { class: "c-subtitle" }, "El acierto"), gauge.node, accuracy, most)));

  function press(kind) {
    asked = null;
    link.send(`${kind}-${Math.random()}`, { kind });
  }

  function addInput(field) {
    inputs[field.name] = createInput(field, (value) => { asked = field.name; link.send(field.name, { kind: "change", name: field.name, value }); });
    form.append(inputs[field.name].node);
  }

  function paint(data) {
    for (const field of data.fields) {
      if (!inputs[field.name]) addInput(field);
      inputs[field.name].fill(field.value);
    }
    setText(prompt, data.prompt);
    used.style.width = `${100 * data.used}%`;
    setText(count, data.tokens);
    answers.fill(data.rows);
    setText(verdict, glue(`${data.right ? "✓" : "✗"} ${data.verdict}`));
    verdict.classList.toggle("c-good", data.right);
    root.dataset.right = data.right ? "yes" : "no";
    gauge.fill(data);
    setText(accuracy, glue(data.accuracy));
    setText(most, glue(data.most));
    status.say(data.status);
    status.announce(`${data.verdict} ${data.accuracy}`);
  }

  function receive(reply, mine) {
    if (reply.kind === "snapshot") return paint(reply);
    status.say(reply.status);
    if (mine && asked) inputs[asked]?.refuse();
  }

  return openView(model, el, root, link, paint);
}

export default { render };
