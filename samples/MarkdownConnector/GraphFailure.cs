using Azure.Identity;
using Microsoft.Graph.Models.ODataErrors;

namespace MarkdownConnector;

internal static class GraphFailure
{
    /// <summary>
    /// Status, code and message, and the reason of the inner error: the outer message of a refused item is always "The request is malformed or
    /// incorrect.", and what is wrong with it stands one level below, if anywhere.
    /// </summary>
    public static string Describe(ODataError error)
    {
        var reason = error.Error?.InnerError?.AdditionalData.TryGetValue("message", out var message) is true ? $" ({message})" : "";
        return $"{error.ResponseStatusCode} {error.Error?.Code}: {error.Error?.Message}{reason}";
    }

    /// <summary>Azure.Identity's own message ends where the reason would begin; the sign-in service's words stand in the exception below it.</summary>
    public static string Describe(AuthenticationFailedException error) => $"Signing in failed. {error.InnerException?.Message ?? error.Message}";
}
