// The reference of the API. Requests tried from it carry the session's CSRF token, which it asks for first.
let csrfToken = "";

async function learnToken() {
  const answer = await fetch("/api/v1/session");
  csrfToken = answer.ok ? (await answer.json()).csrf_token : "";
}

SwaggerUIBundle({
  url: "/docs/openapi-3.0.json",
  dom_id: "#reference",
  deepLinking: true,
  defaultModelsExpandDepth: 0,
  validatorUrl: null,
  requestInterceptor: async (request) => {
    if (!["GET", "HEAD"].includes(request.method ?? "GET") && !request.url.endsWith("/session")) {
      await learnToken();
      request.headers["X-CSRF-Token"] = csrfToken;
    }
    return request;
  },
});
