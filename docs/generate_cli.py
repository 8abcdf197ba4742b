"""Prints docs/cli.md from the command's own help: python docs/generate_cli.py > docs/cli.md."""

from __future__ import annotations

import click

from dedup.cli.main import cli

NAMES = ["-h", "--help"]


def page() -> str:
    """The page."""
    parts = ["# The command line", "Generated from `--help` by `docs/generate_cli.py`."]
    context = click.Context(cli, info_name="dedup", max_content_width=80, help_option_names=NAMES)
    parts += ["## dedup", f"```\n{cli.get_help(context)}\n```"]
    parts += commands(cli, context)
    return "\n\n".join(parts)


def commands(group: click.Group, parent: click.Context) -> list[str]:
    """The help of all commands of a group."""
    parts = []
    for name, command in sorted(group.commands.items()):
        context = click.Context(
            command, info_name=name, parent=parent, max_content_width=80, help_option_names=NAMES
        )
        parts += [f"## {context.command_path}", f"```\n{command.get_help(context)}\n```"]
        if isinstance(command, click.Group):
            parts += commands(command, context)
    return parts


if __name__ == "__main__":
    click.echo(page())
