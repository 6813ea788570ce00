"""A receiver of webhooks: a real server of another system, which checks what it gets."""

import json
import threading
import time
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from standardwebhooks import Webhook


class Receiver(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.secret = ""
        self.answers = []  # statuses, in turn; then 204
        self.got = []  # (id, message) of what was signed right
        self.unsigned = 0
        self.redirect_to = ""
        self.drip = False

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server_port}/hooks?of=nullaosta"


class Handler(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        server = self.server
        try:
            message = Webhook(server.secret).verify(body, dict(self.headers))
        except Exception:
            server.unsigned += 1
            self.send_error(401)
            return
        server.got.append((self.headers["webhook-id"], message))
        if server.drip:
            return self.one_byte_at_a_time()
        self.send_response(server.answers.pop(0) if server.answers else 204)
        if server.redirect_to:
            self.send_header("Location", server.redirect_to)
        said = json.dumps({"secret": "Rossi Mario"}).encode()
        self.send_header("Content-Length", str(len(said)))
        self.end_headers()
        self.wfile.write(said)

    def one_byte_at_a_time(self):
        for byte in b"HTTP/1.1 200 OK\r\nX: " + b"x" * 200:
            try:
                self.wfile.write(bytes([byte]))
            except OSError:
                return
            time.sleep(0.05)

    def log_message(self, *args):
        pass


@contextmanager
def receiving():
    server = Receiver()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
