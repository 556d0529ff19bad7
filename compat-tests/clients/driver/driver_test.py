"""The Python driver of the recorded version does what scripts do with it, and hears events over its websocket.

SERVER_URL names the server; its administrator is admin / Admin-Passw0rd, made here when there is none.
"""
import asyncio
import json
import os
import random
import string
import unittest
import urllib.parse

from mattermostautodriver import AsyncTypedDriver, TypedDriver
from mattermostautodriver.exceptions import (
    InvalidOrMissingParameters, NoAccessTokenProvided, NotEnoughPermissions, ResourceNotFound)

URL = urllib.parse.urlsplit(os.environ["SERVER_URL"])
PLACE = {"scheme": URL.scheme, "url": URL.hostname, "port": URL.port}
RUN = "".join(random.choices(string.ascii_lowercase, k=7))


def sign_up(name):
    """A driver signed in with name and password."""
    username, password = (name, "Admin-Passw0rd") if name == "admin" else (f"{name}-{RUN}", "Passw0rd-of-a-client")
    driver = TypedDriver({**PLACE, "login_id": username, "password": password})
    try:
        driver.users.create_user(username=username, email=f"{username}@example.com", password=password)
    except InvalidOrMissingParameters:
        if name != "admin":  # there is one already
            raise
    driver.login()
    return driver


class DriverTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.admin, cls.alice = sign_up("admin"), sign_up("alice")
        cls.team = cls.admin.teams.create_team(name=f"{RUN}-driver", display_name="Team", type="O")
        cls.admin.teams.add_team_member(cls.team["id"], cls.alice.client.userid)
        channel = cls.admin.channels.create_channel(team_id=cls.team["id"], name="dev", display_name="Dev", type="O")
        cls.channel = channel["id"]
        cls.admin.channels.add_channel_member(cls.channel, user_id=cls.alice.client.userid)

    def test_messages(self):
        alice = self.alice
        post = alice.posts.create_post(channel_id=self.channel, message="hello walrus")
        edited = alice.posts.patch_post(post["id"], message="hello walrus, edited")
        self.assertGreaterEqual(edited["edit_at"], post["create_at"])
        alice.reactions.save_reaction({"user_id": alice.client.userid, "post_id": post["id"], "emoji_name": "smile"})
        self.assertEqual(len(self.admin.reactions.get_reactions(post["id"])), 1)
        reply = self.admin.posts.create_post(channel_id=self.channel, root_id=post["id"], message="a reply")
        self.assertIn(reply["id"], alice.posts.get_post_thread(post["id"])["posts"])
        found = self.admin.posts.search_posts(self.team["id"], terms="walrus", is_or_search=False)
        self.assertEqual(found["order"], [post["id"]])
        alice.posts.delete_post(post["id"])
        self.assertNotIn(post["id"], alice.posts.get_posts_for_channel(self.channel)["posts"])

    def test_files(self):
        sent = self.alice.files.upload_file(files=("note.txt", b"content"), channel_id=self.channel)
        info = sent["file_infos"][0]
        self.alice.posts.create_post(channel_id=self.channel, message="a file", file_ids=[info["id"]])
        self.assertEqual(self.admin.files.get_file(info["id"]).content, b"content")

    def test_refusals(self):
        with self.assertRaises(ResourceNotFound):
            self.alice.posts.get_post("a" * 26)
        with self.assertRaises(NotEnoughPermissions):
            self.alice.system.get_config()
        with self.assertRaises(InvalidOrMissingParameters):
            self.alice.posts.get_post("short")

    def test_settings(self):
        self.assertIn("SiteURL", self.admin.system.get_config()["ServiceSettings"])
        self.assertEqual(self.admin.system.get_ping()["status"], "OK")

    def test_signing_out(self):
        carol = sign_up("carol")
        token = carol.client.token
        carol.logout()
        carol.client.client.cookies.clear()
        carol.client.token = token
        with self.assertRaises(NoAccessTokenProvided):
            carol.users.get_user("me")

    def test_events(self):
        post, told = asyncio.run(self.listen())
        self.assertEqual(told["id"], post["id"])

    async def listen(self):
        heard = asyncio.Queue()
        async with AsyncTypedDriver({**PLACE, "token": self.alice.client.token}) as driver:
            await driver.login()
            socket = asyncio.ensure_future(driver.init_websocket(heard.put))
            await self.event(heard, "hello")
            post = await asyncio.to_thread(self.admin.posts.create_post, channel_id=self.channel, message="ping")
            told = await self.event(heard, "posted")
            socket.cancel()
            return post, json.loads(told["data"]["post"])

    async def event(self, heard, name):
        while True:
            message = json.loads(await asyncio.wait_for(heard.get(), 10))
            if message.get("event") == name:
                return message


if __name__ == "__main__":
    unittest.main(verbosity=2)
