"""What can go wrong between the portal and a mail server, in words that name no address."""

import smtplib
from dataclasses import dataclass


class Unreachable(RuntimeError):
    """There is no mail server to talk to; nothing is wrong with any message."""


@dataclass(frozen=True, slots=True)
class MailProblem:
    """Why a mail was not taken.

    Attributes:
        is_final: whether trying again is no use.
        is_broken: whether the connection is of no more use.
    """

    words: str
    is_final: bool = False
    is_broken: bool = False


def problem_of(error: Exception) -> MailProblem:
    """What an error of the library means. A server's own words may hold addresses, so its code alone is told."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code = next(iter(error.recipients.values()), (0, b""))[0]
        return MailProblem(f"The mail server refused the address ({code}).", is_final=code >= 500)
    if isinstance(error, smtplib.SMTPDataError):
        return MailProblem(f"The mail server refused the message ({error.smtp_code}).", is_final=error.smtp_code >= 500)
    if isinstance(error, smtplib.SMTPResponseException):
        # About the sender, the sign-in or the greeting: a matter between the servers, mended without the message.
        return MailProblem(f"The mail server refused the portal ({error.smtp_code}).", is_broken=True)
    # The library says of a time that is over that the connection was closed.
    if isinstance(error, TimeoutError) or isinstance(error.__context__, TimeoutError):
        return MailProblem("The mail server did not answer in time.", is_broken=True)
    if isinstance(error, smtplib.SMTPServerDisconnected):
        return MailProblem("The mail server closed the connection.", is_broken=True)
    if isinstance(error, OSError):
        return MailProblem("The mail server cannot be reached.", is_broken=True)
    return MailProblem("The mail could not be written.", is_final=True, is_broken=True)
