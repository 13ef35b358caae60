using Tributary.Auth;
using Tributary.Graph;

namespace Tributary.Directories.Reading;

/// <summary>
/// What everything that reads the directory begins with, said once on its route group: the caller's tenant has one. Where only tokens tell of groups, their claims
/// do not suffice to answer for the directory, not even for <c>/me</c>, and nothing is made up.
/// </summary>
internal static class DirectoryRequirement
{
    private static readonly GraphError Refusal = GraphErrors.SwitchedOff(
        "Reading the directory", "--Directory:Source=Seed and --Directory:SeedFile=FILE, or with another source of Directory:Source,");

    public static RouteGroupBuilder RequireDirectory(this RouteGroupBuilder group) => group.AddEndpointFilter((context, next) =>
    {
        HttpContext http = context.HttpContext;
        if (http.RequestServices.GetRequiredService<TenantDirectories>().OfOrNull(Caller.Of(http).TenantId) is not { } directory)
        {
            return ValueTask.FromResult<object?>(new GraphErrorResult(Refusal));
        }

        http.Features.Set(directory);
        return next(context);
    });

    /// <summary>The directory of the caller's tenant.</summary>
    public static IDirectory Directory(this HttpContext http) =>
        http.Features.Get<IDirectory>() ?? throw new InvalidOperationException("There is no directory: the endpoint's group does not require one.");

    /// <summary>The value of a part of the path, as it was sent.</summary>
    public static string Segment(this HttpContext http, string name) => (string)http.Request.RouteValues[name]!;
}
