using System.Globalization;
using Tributary.Directories;

namespace Tributary.Auth.DevIssuer;

/// <summary>What the issuer answers while it cannot ask who a user is: that it is so and when to come again, never a token.</summary>
internal static partial class DirectoryOutage
{
    /// <summary>Logs it and sets <c>Retry-After</c>.</summary>
    public static EntraError Report(HttpContext context, DirectoryUnavailableException exception)
    {
        LogUnavailable(context.RequestServices.GetRequiredService<ILogger<IssuerUsers>>(), exception.Message, exception.InnerException);
        context.Response.Headers.RetryAfter = exception.RetryAfterSeconds.ToString(CultureInfo.InvariantCulture);
        return EntraError.DirectoryUnavailable(exception.Message);
    }

    [LoggerMessage(2007, LogLevel.Warning, "The development issuer answered 503, as it could not ask who a user is: {Reason}")]
    private static partial void LogUnavailable(ILogger logger, string reason, Exception? exception);
}
