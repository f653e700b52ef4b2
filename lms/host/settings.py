"""Every setting, from the environment (`LMS_…`) or a TOML file; documented in docs/settings.md."""

import os
from pathlib import Path
from typing import Annotated, Any

from pydantic import AfterValidator, Field, field_validator
from pydantic_settings import (
    BaseSettings,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from lms.host.plugin import BUNDLED, CORE
from lms.host.security.ring import create_secret

Words = Annotated[tuple[str, ...], NoDecode]
Folder = Annotated[Path, AfterValidator(lambda given: given.expanduser().resolve())]
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


class Settings(BaseSettings):
    """What an operator can decide. Lists are written with commas in the environment."""

    model_config = SettingsConfigDict(env_prefix="LMS_", extra="forbid", frozen=True)

    data: Folder = Field(Path("data"), description="Folder of the database, keys, files and caches.")
    database: str = Field("", description="SQLAlchemy address of the database; empty means SQLite in the data folder.")
    plugins: Words = Field(
        BUNDLED,
        description="What runs: bundled plugins by name, third-party ones as name@sha256 (`lms plugins list`).",
    )
    safe_mode: bool = Field(False, description="Load the core only, to find out whether a plugin is at fault.")
    surfaces: Words = Field(("public", "learner", "staff"), description="Which audiences this process serves.")
    hosts: Words = Field(
        ("127.0.0.1", "localhost"), description="Host names the site answers to; all others get 421 (NET-6)."
    )
    bind: str = Field("127.0.0.1", description="Address to listen on.")
    port: int = Field(8000, description="Port to listen on.", ge=1, le=65535)
    https: bool = Field(False, description="The site is reached by TLS, through a proxy; sends HSTS.")
    onion: str = Field("", description="The site's onion host name, announced with Onion-Location.")
    languages: Words = Field(("en", "fr", "es", "ar"), description="Languages of the interface, first is the fallback.")
    product: str = Field("Veer", description="The name in titles and on the bar; choose a neutral one.")
    exit_url: str = Field("https://www.wikipedia.org/", description="The everyday page that Leave ends on (EXIT-1).")
    open_registration: bool = Field(
        False, description="Anybody may join without a code, a few people every ten minutes (ACC-13)."
    )
    demo: bool = Field(
        False, description="Demonstration site: loopback only, fresh codes at each start, labelled synthetic members."
    )
    threads: int = Field(6, description="Threads that answer requests.", ge=1, le=64)
    minimum_group: int = Field(5, description="Counts below this are never shown as a number (STAT-1).", ge=5)

    backups: str = Field(
        "", description="Folder that backups are written to; empty means `backups` in the data folder."
    )
    backup_recipients: Words = Field(
        (),
        description="age recipients (age1…) that backups are encrypted to; none, no backup (`lms backup key`, BAK-1).",
    )
    drill_identity: str = Field(
        "",
        description="File with an age identity that is a recipient too: the last backup is verified each night (BAK-2). "
        "Leave it empty where whoever takes this server must not read the backups.",
    )

    @field_validator("plugins", "surfaces", "hosts", "languages", "backup_recipients", mode="before")
    @classmethod
    def _split(cls, value: Any) -> Any:
        if isinstance(value, str):
            return tuple(part.strip() for part in value.split(",") if part.strip())
        return value

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Arguments win over the environment, the environment over the file named by LMS_CONFIG."""
        del dotenv_settings, file_secret_settings
        sources: tuple[PydanticBaseSettingsSource, ...] = (init_settings, env_settings)
        if config := os.environ.get("LMS_CONFIG"):
            sources += (TomlConfigSettingsSource(settings_cls, config),)
        return sources

    @property
    def active_plugins(self) -> tuple[str, ...]:
        """Names to load, with the core alone in safe mode."""
        return CORE if self.safe_mode else self.plugins

    @property
    def database_url(self) -> str:
        """The address of the database."""
        return self.database or f"sqlite:///{self.folder / 'veer.db'}"

    @property
    def folder(self) -> Path:
        """The data folder as an absolute path."""
        return self.data

    def prepare(self) -> None:
        """Create the data folder, readable by its owner only (OPS-2).

        Raises:
            OSError: the folder cannot be made or written.

        """
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for name in ("files", "cache", "tmp"):
            (self.folder / name).mkdir(mode=0o700, exist_ok=True)
        if not self.database and not (self.folder / "veer.db").exists():
            (self.folder / "veer.db").touch(mode=0o600)  # SQLite would leave it readable by others, and its log too

    def secret(self) -> bytes:
        """Return the operator secret, made at the first start and kept out of the database."""
        return create_secret(self.folder / "secret.key")
