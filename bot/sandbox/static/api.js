// The way to the sandbox: acts go out as forms, everything that happens comes in over one websocket.

/** The names of everybody who may sit here. */
export async function everybody() {
  return (await fetch("/sandbox/people")).json();
}

export class Api {
  constructor(person) {
    this.person = encodeURIComponent(person);
    this.socket = null;
    this.closed = false;
  }

  async get(path) {
    const answer = await fetch(`/sandbox/${this.person}/${path}`);
    if (!answer.ok) throw new Error(await answer.text());
    return answer.json();
  }

  /** Carry out an act; `files` maps field names to File objects. Throws with the sandbox's own sentence. */
  async act(name, payload, files = {}) {
    const form = new FormData();
    form.append("payload", JSON.stringify(payload));
    for (const [field, file] of Object.entries(files)) form.append(field, file, file.name);
    const answer = await fetch(`/sandbox/${this.person}/${name}`, { method: "POST", body: form });
    const body = await answer.json().catch(() => ({ error: `The sandbox answered ${answer.status}.` }));
    if (!answer.ok) throw new Error(body.error);
    return body;
  }

  /** Call `heard(frame)` for everything, reconnecting while the page is open; `heard(null)` when cut off. */
  live(heard) {
    const socket = new WebSocket(`ws://${location.host}/sandbox/live/${this.person}`);
    this.socket = socket;
    socket.onmessage = (event) => heard(JSON.parse(event.data));
    socket.onclose = () => {
      if (this.closed) return;
      heard(null);
      setTimeout(() => this.closed || this.live(heard), 1000);
    };
  }

  close() {
    this.closed = true;
    if (this.socket) this.socket.close();
  }
}
