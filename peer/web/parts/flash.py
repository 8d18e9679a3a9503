"""What was just done, said once on the next page.

The cookie carries the name of a saying and never words: nobody who can set a
cookie can put sentences of their own on our pages.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

_SEPARATOR = "."
_MOST = 3


@dataclass(frozen=True, slots=True)
class Flash:
    level: str  # done, warning or error
    text: str
    about: str = ""  # the relation that was just said something about
    to: str = ""  # where one may want to go now, and how that is called
    go: str = ""


SAYINGS: Mapping[str, Flash] = {
    "scheduled": Flash("done", "It is on the calendar."),
    "cancelled": Flash("done", "Cancelled, and whoever meant to come is told."),
    "held-after-all": Flash("done", "It takes place, and they are told."),
    "postponed": Flash("done", "Postponed, and whoever means to come is told."),
    "calendar-address": Flash("done", "This is the address of your calendar now."),
    "offered": Flash("done", "Offered. You see here what the shop says to it."),
    "paying-back": Flash("done", "Paid back as far as you see below."),
    "letter-sent": Flash("done", "On its way. You see below whom it has reached."),
    "code-made": Flash("done", "Made. It is good once the shop has heard of it."),
    "code-ended": Flash("done", "Ended, as soon as the shop has heard of it."),
    "saved": Flash("done", "Saved."),
    "unchanged": Flash("done", "Nothing was different, so nothing was changed."),
    "published": Flash("done", "Published: everybody can see it now."),
    "kept-draft": Flash("done", "Kept as a draft: only you can see it."),
    "related": Flash("done", "Added."),
    "unrelated": Flash("done", "Taken off."),
    "deleted": Flash("done", "Deleted."),
    "liked": Flash("done", "You like this."),
    "announced": Flash("done", "Passed on."),
    "joined": Flash("done", "You are coming. See you there!"),
    "left": Flash("done", "You are not coming any more. Your place is free again."),
    "waiting": Flash("done", "You are on the waiting list, and told of a free place."),
    "maybe": Flash("done", "They know that you may come."),
    "followed": Flash("done", "You follow them, or will once they agree."),
    "blocked": Flash("done", "Neither of you follows the other now."),
    "replied": Flash("done", "Your reply is published."),
    "accepted": Flash("done", "They follow you from now on."),
    "rejected": Flash("done", "They do not follow you."),
    "dismissed": Flash("done", "Nothing was done about this report."),
    "decided": Flash("done", "Done, and written down."),
    "domain-blocked": Flash("done", "Blocked, and written down."),
    "unblocked": Flash("done", "No longer blocked. Who followed before has to again."),
    "imported": Flash("done", "The list was taken over."),
    "role-changed": Flash("done", "Changed, from their next page on."),
    "flagged": Flash("done", "Thank you. Those who keep this site will look at it."),
    "trying": Flash("done", "It is tried again now."),
    "dropped": Flash("done", "Dropped, and written down."),
    "in-basket": Flash(
        "done", "It is in your basket.", to="/basket", go="See the basket"
    ),
    "basket-full": Flash("error", "Your basket is full: order these things first."),
    "cancel-asked": Flash("done", "The shop knows that you do not want it any more."),
    "handed-over": Flash("done", "Handed over, and written down."),
    "passed-on": Flash(
        "done", "This is the new ticket. Send its address to who gets it."
    ),
    "steward-gone": Flash("done", "That link has ended."),
    "paid": Flash("done", "Your payment has arrived. Thank you!"),
    "not-paid": Flash("warning", "Nothing was paid. Your order is kept: try again."),
    "in-question": Flash("warning", "Your payment does not fit the order: see below."),
    "payee-entered": Flash("done", "Kept. Its next orders are paid like this."),
    "payee-gone": Flash("done", "Forgotten. Its next orders are paid to the shop."),
    "left-as-it-is": Flash("done", "The order stays as it is."),
    "answered": Flash("done", "Thank you: the organizer has your answers."),
    "to-pay": Flash("done", "Noted. How you pay is said on this page."),
    "marked-paid": Flash("done", "The payment is in the books."),
    "paid-back": Flash("done", "It was paid back, and the buyer is told."),
    "looking": Flash("warning", "Nobody knows yet whether it went back. We look."),
    "looked-there": Flash("done", "This is what they say of it now."),
    "allocated": Flash("done", "Offered to the calendar.", about="allocatedTo"),
    "withdrawn": Flash("done", "Taken back. The calendar is told."),
    "taken": Flash("done", "It is on the calendar, and whoever offered it is told."),
    "not-taken": Flash("done", "Refused, and whoever offered it is told."),
    "taken-off": Flash("done", "Taken off. Whoever offered it is told."),
    "gathered": Flash("done", "The calendar has it, or whoever keeps it is asked."),
    "undone": Flash("done", "Taken back."),
    "done": Flash("done", "Done."),
    "signed-in": Flash("done", "You are signed in."),
    "signed-out": Flash("done", "You are signed out."),
    "name-changed": Flash("done", "Your name was changed."),
    "password-set": Flash("done", "Your password is set."),
    "device-gone": Flash("done", "That device is signed out."),
    "looked": Flash("done", "This is what their server has of the conversation."),
    "none-there": Flash("done", "Their server has no more of this conversation."),
    "moved": Flash("done", "Whoever follows you is told where you are now."),
}


def read(cookie: str) -> Sequence[Flash]:
    """The sayings that ``cookie`` names; whatever else it holds is not said."""
    names = cookie.split(_SEPARATOR)[:_MOST]
    return [SAYINGS[name] for name in names if name in SAYINGS]
