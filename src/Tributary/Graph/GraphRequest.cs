using System.Reflection;
using Microsoft.Extensions.Options;

namespace Tributary.Graph;

/// <summary>Marks the endpoints of a versioned root with their version.</summary>
internal sealed record GraphVersionMetadata(GraphVersion Version);

/// <summary>What every Graph endpoint needs to know of its request besides the body; parsed once, on entry.</summary>
internal sealed record GraphRequest
{
    public required GraphVersion Version { get; init; }

    /// <summary>Scheme and host for links, without a trailing slash: <c>PublicUrl</c> if set, else the request's host when it is an allowed one.</summary>
    public required string Origin { get; init; }

    /// <summary>The form of JSON that the client asked for.</summary>
    public required AcceptedFormat Format { get; init; }

    /// <summary><c>Prefer: include-unknown-enum-members</c>.</summary>
    public required bool IncludeUnknownEnumMembers { get; init; }

    /// <summary>What becomes of members that the types of the body do not declare.</summary>
    public required UnknownMembers UnknownMembers { get; init; }

    /// <summary>Whether values are taken only as the reference writes them.</summary>
    public required bool HasStrictValues { get; init; }

    /// <summary>The versioned root, such as <c>http://localhost:5080/v1.0</c>.</summary>
    public string Root => $"{Origin}/{Version.Segment()}";

    /// <summary>The value of <c>@odata.context</c> for a fragment of protocol 6.2, or null when the client asked for no metadata.</summary>
    public string? Context(string fragment) => Format.HasMetadata ? $"{Root}/$metadata#{fragment}" : null;

    /// <summary>Where the readers of this request's body put what is wrong with it.</summary>
    public Problems NewProblems() => new() { UnknownMembers = UnknownMembers, IsStrict = HasStrictValues };

    public static ValueTask<GraphRequest> BindAsync(HttpContext context, ParameterInfo parameter)
    {
        GraphVersion version = context.GetEndpoint()?.Metadata.GetMetadata<GraphVersionMetadata>()?.Version
            ?? throw new InvalidOperationException($"{parameter.Name}: the endpoint is not mapped under a versioned root.");
        GraphOptions options = context.RequestServices.GetRequiredService<IOptions<GraphOptions>>().Value;
        return ValueTask.FromResult(new GraphRequest
        {
            Version = version,
            Origin = context.RequestServices.GetRequiredService<IOptions<PublicUrlOptions>>().Value.OriginOf(context.Request),
            Format = AcceptedFormat.Of(context),
            IncludeUnknownEnumMembers = Preferences.Has(context.Request, Preferences.IncludeUnknownEnumMembers),
            UnknownMembers = options.UnknownMembers,
            HasStrictValues = options.StrictValues,
        });
    }
}
