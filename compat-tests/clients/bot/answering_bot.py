"""A bot as people write them with mmpy_bot: settings from the environment, listeners, an endless run.

A program of its own, because mmpy_bot wants the event loop of the main thread.
"""
import asyncio

from mmpy_bot import Bot, Message, Plugin, Settings, listen_to


class Answering(Plugin):
    @listen_to("are you there")
    def answer(self, message: Message):
        self.driver.reply_to(message, "yes, I am")

    @listen_to("^react to me", needs_mention=True)
    def react(self, message: Message):
        self.driver.react_to(message, "thumbsup")

    @listen_to("^tell me a secret")
    def secret(self, message: Message):
        self.driver.reply_to(message, "nobody else hears this", direct=True)


asyncio.set_event_loop(asyncio.new_event_loop())
Bot(settings=Settings(), plugins=[Answering()]).run()
