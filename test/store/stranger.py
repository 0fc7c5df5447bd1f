"""Makes the demonstration region and runs every scoped statement on it as a stranger: stranger.py YITI STRANGER."""
import os
import subprocess
import sys
import tempfile

with tempfile.TemporaryDirectory(prefix="yiti-stranger-") as folder:
    data = os.path.join(folder, "data")
    subprocess.run([sys.argv[1], "demo", "seed", "--data", data], check=True, stdout=subprocess.DEVNULL)
    sys.exit(subprocess.run([sys.argv[2], data], check=False).returncode)
