"""Prints docs/cli.md from the command's own help: python docs/generate_cli.py > docs/cli.md."""

from __future__ import annotations

import click

from dedup.cli.main import cli


def page() -> str:
    """The page."""
    parts = ["# The command line", "Generated from `--help` by `docs/generate_cli.py`."]
    names = ["-h", "--help"]
    context = click.Context(cli, info_name="dedup", max_content_width=80, help_option_names=names)
    parts += ["## dedup", f"```\n{cli.get_help(context)}\n```"]
    for name, command in sorted(cli.commands.items()):
        sub = click.Context(
            command, info_name=name, parent=context, max_content_width=80, help_option_names=names
        )
        parts += [f"## dedup {name}", f"```\n{command.get_help(sub)}\n```"]
    return "\n\n".join(parts)


if __name__ == "__main__":
    click.echo(page())
