"""Activities from the command line, and looking at what came of them."""

from __future__ import annotations

import json
import resource

import pytest

BASE = "http://blog.localhost:8801"


@pytest.fixture
def ana(blog):
    blog("users", "add", "ana@example.org", "--name", "Ana Ruiz")
    return "ana-ruiz"


def values(blog, name: str) -> dict:
    return json.loads(blog("show", name, "--json").stdout)["values"]


def test_a_post_is_made(blog):
    done = blog("do", "Create", "Post", "name=Hello", "content=There")

    assert done.stdout.startswith(f"Create {BASE}/posts/hello\n")
    assert values(blog, "hello")["content"] == "There"


def test_without_room_it_is_said_and_nothing_is_kept(blog):
    long = " ".join(map(str, range(16_000)))
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, hard))
    try:
        done = blog("do", "Create", "Post", "name=Hello", f"content={long}")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))

    assert done.exit_code == 1
    assert "there is no room left to write, nothing was kept" in done.stderr
    assert blog("show", "/posts/hello").exit_code != 0


def test_words_may_be_small(blog):
    assert blog("do", "create", "post", "name=Hello", "content=x").exit_code == 0


def test_it_is_changed_and_values_are_taken_away(blog):
    blog("do", "Create", "Post", "name=Hello", "summary=Short", "content=There")

    blog("do", "Update", "/posts/hello", "content=Elsewhere", "summary=")

    assert values(blog, "hello") == {"name": "Hello", "content": "Elsewhere"}


def test_text_is_read_from_where_it_is_piped(blog):
    blog("do", "Create", "Post", "name=Hello", "content=@-", stdin="From a pipe\n")

    assert values(blog, "hello")["content"] == "From a pipe\n"


def test_two_things_are_related_by_their_last_names(blog):
    blog("do", "Create", "Post", "name=Hello", "content=There")

    done = blog("do", "Add", "hello", "tagged", "cooperative")

    assert done.exit_code == 0, done.output
    assert f"Tags       -> {BASE}/tags/cooperative" in blog("show", "hello").stdout


def test_somebody_does_it(blog, ana):
    done = blog("do", "Like", "/posts/welcome", "--as", ana, "--json")

    assert json.loads(done.stdout)["actor"] == f"{BASE}/people/ana-ruiz"


def test_what_is_not_permitted_is_not_done(blog, ana):
    done = blog("do", "Delete", "/posts/welcome", "--as", ana)

    assert done.exit_code == 1
    assert done.stderr.startswith("sx: You may not do this")


def test_what_was_done_can_be_undone(blog, ana):
    like = json.loads(blog("do", "Like", "welcome", "--as", ana, "--json").stdout)

    done = blog("do", "Undo", like["id"], "--as", ana)

    assert done.exit_code == 0, done.output
    assert f"<- {BASE}/people/ana-ruiz" not in blog("show", "welcome").stdout


def test_every_problem_is_told_by_its_term(blog):
    done = blog("do", "Create", "Post", "colour=red")

    assert done.exit_code == 1
    assert "    colour: There is no field" in done.stderr
    assert "    name: Title is required." in done.stderr


def test_an_unknown_type_is_told_the_known_ones(blog):
    done = blog("do", "Create", "Poll", "name=x")

    assert "There is no type 'Poll'; there are" in done.stderr


@pytest.mark.parametrize(
    ("words", "usage"),
    [
        (["Create"], "sx do Create TYPE"),
        (["Update", "welcome"], "sx do Update THING term=value"),
        (["Add", "welcome", "tagged"], "sx do Add THING RELATION THING"),
        (["Undo"], "sx do Undo ACTIVITY"),
        (["Like"], "sx do Like THING"),
    ],
)
def test_how_it_goes_is_said(blog, words, usage):
    done = blog("do", *words)

    assert done.exit_code == 2
    assert usage in done.stderr


def test_what_is_not_there_is_said(blog):
    assert "nothing here is called 'nobody'" in blog("show", "nobody").stderr
    assert (
        f"there is nothing at {BASE}/posts/none" in blog("show", "/posts/none").stderr
    )


def test_a_name_of_two_things_is_asked_about(blog):
    blog("do", "Create", "Post", "name=Music", "content=x")
    blog("do", "Create", "Tag", "name=Music")

    done = blog("show", "music")

    assert done.exit_code == 1
    assert "/posts/music or /tags/music?" in done.stderr


def test_a_store_of_another_origin_is_left_alone(blog):
    done = blog("do", "Like", "welcome", SX_PORT="9001")

    assert done.exit_code == 2
    assert done.stderr == (
        f"sx: SX_BASE: the store is of {BASE}, not of http://blog.localhost:9001:"
        " its ids would not be found there\n"
    )


# -- users


def test_people_are_let_in_and_raised_and_kept_out(blog, ana):
    blog("users", "role", ana, "owner")
    blog("users", "add", "bo@example.org", "--role", "owner")

    blog("users", "disable", ana)

    told = {u["email"]: u for u in json.loads(blog("users", "list", "--json").stdout)}
    assert told["ana@example.org"]["role"] == "owner"
    assert told["ana@example.org"]["disabled"] is True
    assert "password" not in told["ana@example.org"]
    assert "is disabled" in blog("do", "Like", "welcome", "--as", ana).stderr


def test_the_last_owner_stays(blog):
    blog("users", "add", "ana@example.org", "--name", "Ana", "--role", "owner")

    done = blog("users", "role", "ana", "member")

    assert done.exit_code == 1
    assert "only owner" in done.stderr


def test_a_link_is_printed_for_who_gets_no_mail(blog, ana):
    for words in ((), (ana,), ("ana@example.org",)):
        link = blog("users", "link", *words).stdout

        assert link.startswith(f"{BASE}/sign-in/link/")


def test_nobody_is_made_of_a_wrong_address(blog):
    done = blog("users", "add", "nobody")

    assert done.exit_code == 1
    assert "email: This does not look like an e-mail address." in done.stderr


def test_who_is_not_known_is_said(blog):
    done = blog("users", "role", "nobody", "owner")

    assert "nobody here is called 'nobody'" in done.stderr


# -- keys and seeds


def test_keys_stay_the_same(blog):
    assert blog("keys").stdout == blog("keys").stdout
    assert blog("keys", "--pem").stdout.startswith("-----BEGIN PUBLIC KEY-----")
    assert f"{BASE}/actor#ed25519-key" in json.loads(blog("keys", "--json").stdout)


def test_seeds_are_played_once(blog):
    assert "no new activities were played" in blog("seed").stdout


def test_seeds_can_be_tried_without_a_trace(sx, tmp_path):
    done = sx("-d", "shop", "seed", "--check")

    assert done.exit_code == 0, done.output
    assert not (tmp_path / "var/shop/peer.db").exists()


def test_a_broken_seed_names_file_and_line(sx, tmp_path):
    home = tmp_path / "seeds/garden"
    home.mkdir(parents=True)
    (home / "domain.toml").write_text('title = "Garden"\ntypes = ["post"]\n')
    (home / "010-first.toml").write_text(
        '\n[[do]]\nverb = "Create"\nobject = { kind = "Post", name = "Only a name" }\n'
    )

    done = sx("-d", "garden", "seed", "--check", SX_SEEDS="seeds")

    assert done.exit_code == 2
    assert "010-first.toml:2: Some of it cannot stay as it is. Text is required." in (
        done.stderr
    )


def test_new_keys_are_made_and_have_other_names(blog):
    before = json.loads(blog("keys", "--json").stdout)

    done = blog("keys", "rotate", "--json")

    after = json.loads(done.stdout)
    assert after.keys() == {f"{BASE}/actor#main-key-2", f"{BASE}/actor#ed25519-key-2"}
    assert not set(map(str, after.values())) & set(map(str, before.values()))
    assert "nobody has to be told" in done.stderr
    assert blog("keys", "--json").stdout == done.stdout


def test_who_has_no_keys_has_none_to_change(blog):
    done = blog("keys", "rotate", "posts/welcome")

    assert done.exit_code and "has no keys here" in done.stderr
