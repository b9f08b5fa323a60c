"""The glue of the page on agents, as it stands there, between the real SDKs and models that are played."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import anyio
import pytest
from anthropic.types import Message
from openai.types.chat import ChatCompletion
from openai.types.responses import Response
from pydantic_ai import Agent
from pydantic_ai.messages import ModelMessage, ModelResponse, TextPart, ToolCallPart, ToolReturnPart
from pydantic_ai.models.function import AgentInfo, FunctionModel

from shipstation_aissist import AsyncIntegration, SmartAction
from shipstation_aissist.testing import sandbox
from support.examples import PageRunner, examples_of

PAGE = Path(__file__).parents[2] / "docs" / "how-to" / "agents.md"
ASKED = {"order_id": "12346", "postal_code": "95128"}
STATE = "out_for_delivery"


@pytest.fixture(scope="module")
def page() -> dict[str, Any]:
    """What the page defines."""
    names: dict[str, Any] = {"__name__": "__page__"}
    for example in examples_of(PAGE.read_text("utf-8")):
        if example.info == "python" and "asyncio.run" not in example.source:
            exec(compile(example.source, str(PAGE), "exec"), names)
    return names


@pytest.fixture
def integration() -> AsyncIntegration:
    actions = [SmartAction(recipient_check="either")]
    return AsyncIntegration("My shop", actions=actions, client=sandbox().async_client())


def test_the_examples_of_the_page_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    fake = sandbox()
    with fake.serve() as server:
        monkeypatch.setenv("SHIPSTATION_API_KEY", fake.api_key)
        monkeypatch.setenv("SHIPSTATION_BASE_URL", server.base_url)
        PageRunner(PAGE).run()


class Played:
    """A model that calls the tool once, then says what it was told."""

    def __init__(self, *replies: Any) -> None:
        self._replies = list(replies)
        self.heard: list[dict[str, Any]] = []

    async def create(self, **sent: Any) -> Any:
        self.heard.append(sent)
        return self._replies.pop(0)


def state_in(text: str) -> str:
    return str(json.loads(text)["shipstation"]["state"])


def test_openai_responses(page: dict[str, Any], integration: AsyncIntegration) -> None:
    def reply(item: dict[str, Any]) -> Response:
        return Response.model_construct(output=Response.model_validate({**ENVELOPE, "output": [item]}).output)

    call = {"type": "function_call", "call_id": "c", "id": "f", "name": "trackOrder", "arguments": json.dumps(ASKED)}
    text = {"type": "output_text", "text": "It comes today.", "annotations": []}
    end = {"type": "message", "id": "m", "role": "assistant", "status": "completed", "content": [text]}
    model = Played(reply(call), reply(end))
    said = anyio.run(page["with_responses"], SimpleNamespace(responses=model), integration, "Where is it?")
    assert said == "It comes today."
    assert state_in(model.heard[1]["input"][-2]["output"]) == STATE
    assert model.heard[0]["tools"][0]["strict"]


ENVELOPE: dict[str, Any] = {
    "id": "r",
    "created_at": 0,
    "model": "gpt-5",
    "object": "response",
    "parallel_tool_calls": True,
    "tool_choice": "auto",
    "tools": [],
}


def test_openai_chat(page: dict[str, Any], integration: AsyncIntegration) -> None:
    def reply(message: dict[str, Any]) -> ChatCompletion:
        choice = {"index": 0, "finish_reason": "stop", "message": {"role": "assistant", **message}}
        return ChatCompletion.model_validate(
            {"id": "c", "created": 0, "model": "gpt-5", "object": "chat.completion", "choices": [choice]}
        )

    function = {"name": "trackOrder", "arguments": json.dumps(ASKED)}
    model = Played(
        reply({"content": None, "tool_calls": [{"id": "1", "type": "function", "function": function}]}),
        reply({"content": "It comes today."}),
    )
    client = SimpleNamespace(chat=SimpleNamespace(completions=model))
    assert anyio.run(page["with_chat"], client, integration, "Where is it?") == "It comes today."
    assert state_in(model.heard[1]["messages"][-2]["content"]) == STATE


def test_anthropic(page: dict[str, Any], integration: AsyncIntegration) -> None:
    def reply(block: dict[str, Any], reason: str) -> Message:
        usage = {"input_tokens": 1, "output_tokens": 1}
        return Message.model_validate(
            {
                "id": "m",
                "type": "message",
                "role": "assistant",
                "model": "claude",
                "usage": usage,
                "content": [block],
                "stop_reason": reason,
                "stop_sequence": None,
            }
        )

    model = Played(
        reply({"type": "tool_use", "id": "t", "name": "trackOrder", "input": ASKED}, "tool_use"),
        reply({"type": "text", "text": "It comes today."}, "end_turn"),
    )
    said = anyio.run(page["with_anthropic"], SimpleNamespace(messages=model), integration, "Where is it?")
    assert said == "It comes today."
    (result,) = model.heard[1]["messages"][2]["content"]
    assert (state_in(result["content"]), result["is_error"]) == (STATE, False)


def test_pydantic_ai(page: dict[str, Any], integration: AsyncIntegration) -> None:
    def play(messages: list[ModelMessage], info: AgentInfo) -> ModelResponse:
        told = [part for part in messages[-1].parts if isinstance(part, ToolReturnPart)]
        if not told:
            assert [tool.name for tool in info.function_tools] == ["trackOrder"]
            return ModelResponse(parts=[ToolCallPart("trackOrder", ASKED)])
        content: Any = told[0].content
        return ModelResponse(parts=[TextPart(content["shipstation"]["state"])])

    async def run() -> str:
        agent = Agent(FunctionModel(play), tools=page["for_pydantic_ai"](integration))
        return (await agent.run("Where is it?")).output

    assert anyio.run(run) == STATE


def test_openai_agents(page: dict[str, Any], integration: AsyncIntegration) -> None:
    (tool,) = page["for_openai_agents"](integration)
    assert tool.params_json_schema["required"] == ["order_id", "postal_code", "email"]
    asked = json.dumps({**ASKED, "email": None})
    assert state_in(anyio.run(tool.on_invoke_tool, None, asked)) == STATE


def test_langchain(page: dict[str, Any], integration: AsyncIntegration) -> None:
    (tool,) = page["for_langchain"](integration)
    call = {"type": "tool_call", "id": "1", "name": "trackOrder", "args": ASKED}
    assert state_in(anyio.run(tool.ainvoke, call).content) == STATE


def test_claude_agent_sdk(page: dict[str, Any], integration: AsyncIntegration) -> None:
    (tool,) = page["for_claude"](integration)
    told = anyio.run(tool.handler, ASKED)
    assert (state_in(told["content"][0]["text"]), told["is_error"]) == (STATE, False)
    assert anyio.run(tool.handler, {"order_id": "12346"})["is_error"]
