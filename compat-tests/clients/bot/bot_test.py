"""An mmpy_bot bot signs in with its access token, hears a message over the websocket and answers it.

SERVER_URL names the server; its administrator is admin / Admin-Passw0rd.
"""
import os, random, string, threading, time, unittest

import httpx
from mmpy_bot import Bot, Message, Plugin, Settings, listen_to

URL = os.environ["SERVER_URL"]


class Answering(Plugin):
    @listen_to("are you there")
    def answer(self, message: Message):
        self.driver.reply_to(message, "yes, I am")


class BotTest(unittest.TestCase):
    def test_a_bot_answers(self):
        run = "".join(random.choices(string.ascii_lowercase, k=7))
        http = httpx.Client(base_url=URL + "/api/v4", timeout=20, trust_env=False)
        http.post("/users", json={"username": "admin", "email": "admin@example.com", "password": "Admin-Passw0rd"})
        http.headers["Authorization"] = "Bearer " + self.good(
            http.post("/users/login", json={"login_id": "admin", "password": "Admin-Passw0rd"})).headers["Token"]
        http.cookies.clear()
        me = self.good(http.get("/users/me")).json()
        team = self.good(http.post("/teams", json={"name": "team-" + run, "display_name": "Team", "type": "O"})).json()
        bot = self.good(http.post("/bots", json={"username": "bot-" + run})).json()
        token = self.good(http.post(f"/users/{bot['user_id']}/tokens", json={"description": "bot"})).json()["token"]
        self.good(http.post(f"/teams/{team['id']}/members", json={"team_id": team["id"], "user_id": bot["user_id"]}))
        direct = self.good(http.post("/channels/direct", json=[me["id"], bot["user_id"]])).json()

        address, port = URL.rsplit(":", 1)
        running = Bot(
            settings=Settings(MATTERMOST_URL=address, MATTERMOST_PORT=int(port), BOT_TOKEN=token,
                              BOT_TEAM=team["name"], SSL_VERIFY=False),
            plugins=[Answering()],
        )
        threading.Thread(target=running.run, daemon=True).start()
        self.assertIn("yes, I am", self.ask(http, direct["id"]))

    def ask(self, http, channel):
        """The bot may still be connecting, so the question is put more than once."""
        for _ in range(10):
            self.good(http.post("/posts", json={"channel_id": channel, "message": "are you there"}))
            for _ in range(10):
                time.sleep(0.2)
                posts = self.good(http.get(f"/channels/{channel}/posts")).json()["posts"].values()
                messages = [p["message"] for p in posts]
                if "yes, I am" in messages:
                    return messages
        return messages

    def good(self, reply):
        self.assertLess(reply.status_code, 300, reply.text)
        return reply


if __name__ == "__main__":
    unittest.main(verbosity=2)
