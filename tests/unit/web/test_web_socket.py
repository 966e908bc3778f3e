"""Answers leave at once."""

import asyncio
import socket

from looksgood.web.serve import Place, listen


def test_answers_do_not_wait_for_an_acknowledgement():
    """Nagle's algorithm held every answer's body back: 43 ms for a request of 2."""

    async def accepted():
        found = asyncio.get_running_loop().create_future()

        async def meet(reader, writer):
            peer = writer.get_extra_info("socket")
            found.set_result(peer.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))
            writer.close()
            await writer.wait_closed()

        opened = listen(Place(port=0))
        async with await asyncio.start_server(meet, sock=opened):
            reader, writer = await asyncio.open_connection(*opened.getsockname()[:2])
            await reader.read()
            writer.close()
            await writer.wait_closed()
            return await found

    assert asyncio.run(accepted())
