"""A real FHIR R4 server (SEKMET) on 127.0.0.1 for the tests, in a folder of its own, ended when standard input ends.

serve.py FOLDER [--care-teams]   prints its base URL once it answers

Release 0.1.1 stores care teams and knows none of their search parameters; --care-teams adds them to the server's own table. Without
it the server is one that the portal must not believe about care teams.
"""
import os
import socket
import sys
import threading
import time
import urllib.request
from pathlib import Path

folder = Path(sys.argv[1])
with socket.socket() as free:
    free.bind(("127.0.0.1", 0))
    port = free.getsockname()[1]
base = f"http://127.0.0.1:{port}/fhir"
settings = folder / "settings.yaml"
settings.write_text(f"""
host: 127.0.0.1
port: {port}
base_url: {base}
public_url: http://127.0.0.1:{port}
simulator: {{enabled: false}}
validation: {{inbound: warn}}
server_auth: {{types: [bearer], tokens: [test-token]}}
""")
os.chdir(folder)

if "--care-teams" in sys.argv:
    from sekmet.fhir import search_params

    search_params._DEFS["CareTeam"] = """
 identifier:token:identifier
 status:token:status
 category:token:category
 subject:reference:subject
 patient:reference:subject:Patient
 encounter:reference:encounter
 participant:reference:participant.member
 date:date:period
"""
    search_params.PARAMS.update(search_params._parse())


def announce():
    """Prints the base URL when the server answers."""
    for _ in range(600):
        try:
            urllib.request.urlopen(f"{base}/metadata", timeout=2).read(1)
            print(base, file=sys.__stdout__, flush=True)
            return
        except OSError:
            time.sleep(0.2)


def end_with_input():
    """Ends the server when whoever started it is gone."""
    sys.__stdin__.buffer.read()
    os._exit(0)


for work in (announce, end_with_input):
    threading.Thread(target=work, daemon=True).start()
sys.argv = ["sekmet", "serve", "-c", str(settings)]
sys.stdout = open(folder / "log", "w")
sys.stderr = sys.stdout
from sekmet.cli import app  # noqa: E402

app()
