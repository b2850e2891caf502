import time
from monitoring.database import connect
from monitoring import server
def test_wait(installation):
    e=connect(installation); h=installation.database.resolve()
    for _ in range(14):
        time.sleep(5)
        print((h/"postmaster.pid").exists(), server._is_ready(h), (h/"log").read_text()[-300:])
    assert server._is_ready(h)
