"""The policies that administrators set; the funnel's with a preview of what it would do."""

from typing import Any, Final

from gateway.http import ApiRequest, route
from services.contracts import customer_policy_calls as policies
from services.contracts import gateway_calls as gateway
from services.contracts import notify_policy_calls as notifications
from services.contracts import payments_matching_calls as matching
from services.contracts.paging import PageQuery
from services.kit.bus.rpc import ServiceClient

PREVIEW_SECONDS_MAX: Final = 60.0


class PolicyRoutes:
    """``/policies``: by area: the funnel with its pool, matching, and notifications."""

    customer = ServiceClient("customer")
    payments = ServiceClient("payments")
    notify = ServiceClient("notify")
    customer_previews = ServiceClient("customer", timeout_seconds=PREVIEW_SECONDS_MAX)

    @route("GET", "/policies", permission="policies.read", answer=gateway.Policies)
    def show_policies(self, request: ApiRequest) -> Any:
        """Every area's policy in force."""
        return {
            "funnel": self.customer.show_policy(),
            "matching": self.payments.show_matching_policy(),
            "notifications": self.notify.show_policy(),
        }

    @route("GET", "/policies/funnel", permission="policies.read", answer=policies.Policy)
    def show_funnel_policy(self, request: ApiRequest) -> Any:
        """The policy of funnel and pool in force: windows, threshold, rules, limits."""
        return self.customer.show_policy()

    @route("PUT", "/policies/funnel", permission="policies.write", body=policies.SetPolicy, answer=policies.Policy)
    def set_funnel_policy(self, request: ApiRequest) -> Any:
        """Set it anew, with the reason. Which version was seen stands in the body (else 409) or in ``If-Match`` (else 412)."""
        return self.customer.set_policy(request.change)

    @route("GET", "/policies/funnel/versions", permission="policies.read", query=PageQuery, answer=policies.PolicyPage)
    def list_funnel_policies(self, request: ApiRequest) -> Any:
        """Every version that was set, by whom and why, the newest first."""
        return self.customer.list_policies(request.query)

    @route(
        "POST",
        "/policies/funnel/preview",
        permission="policies.write",
        body=policies.PreviewPolicy,
        answer=policies.PolicyPreview,
        long_lived=True,
    )
    def preview_funnel_policy(self, request: ApiRequest) -> Any:
        """How many customers the next sweep would move under a proposed policy, beside the one in force."""
        return self.customer_previews.preview_policy(request.body)

    @route("GET", "/policies/matching", permission="policies.read", answer=matching.MatchingPolicy)
    def show_matching_policy(self, request: ApiRequest) -> Any:
        """The policy of matching receipts in force."""
        return self.payments.show_matching_policy()

    @route(
        "PUT",
        "/policies/matching",
        permission="policies.write",
        body=matching.SetMatchingPolicy,
        answer=matching.MatchingPolicy,
    )
    def set_matching_policy(self, request: ApiRequest) -> Any:
        """Set it anew, with the reason, as the funnel's is set. A job then looks again at every receipt that is nobody's."""
        return self.payments.set_matching_policy(request.change)

    @route("GET", "/policies/matching/versions", permission="policies.read", query=PageQuery, answer=matching.MatchingPolicyPage)
    def list_matching_policies(self, request: ApiRequest) -> Any:
        """Every version that was set, by whom and why, the newest first."""
        return self.payments.list_matching_policies(request.query)

    @route("GET", "/policies/notifications", permission="policies.read", answer=notifications.NotificationPolicy)
    def show_notification_policy(self, request: ApiRequest) -> Any:
        """The policy of notifications in force: when handlers and leads are reminded, how long messages are kept."""
        return self.notify.show_policy()

    @route(
        "PUT",
        "/policies/notifications",
        permission="policies.write",
        body=notifications.SetNotificationPolicy,
        answer=notifications.NotificationPolicy,
    )
    def set_notification_policy(self, request: ApiRequest) -> Any:
        """Set it anew, with the reason, as the funnel's is set. Tasks that wait already are held against it within a minute."""
        return self.notify.set_policy(request.change)

    @route(
        "GET",
        "/policies/notifications/versions",
        permission="policies.read",
        query=PageQuery,
        answer=notifications.NotificationPolicyPage,
    )
    def list_notification_policies(self, request: ApiRequest) -> Any:
        """Every version that was set, by whom and why, the newest first."""
        return self.notify.list_policies(request.query)
