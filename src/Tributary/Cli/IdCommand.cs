using System.CommandLine;
using Microsoft.Extensions.Options;
using Tributary.Auth;

namespace Tributary.Cli;

/// <summary>
/// <c>tributary id</c>: prints the GUID that stands for a provider's own id in access lists, in <c>authorizedAppIds</c> and wherever else Graph takes GUIDs only.
/// </summary>
internal static class IdCommand
{
    public static Command Create()
    {
        Argument<string> value = new("value") { Description = "The id as the provider's tokens have it, such as 00u1abc, auth0|5f7c, /engineering." };
        Option<IdKind> kind = new("--kind") { Description = "What it names: user, group, app or tenant.", Required = true };
        Option<string?> authority = new("--authority")
        {
            Description = "The provider, as Auth:Authority (or Auth:Claims:Namespace) names it. Default: what tributary serve would read from the settings.",
        };

        Command command = new("id", "Print the GUID that an id of another identity provider becomes.") { value, kind, authority };
        command.TreatUnmatchedTokensAsErrors = false;
        command.SetAction(parsed => Run(
            parsed.GetRequiredValue(value),
            parsed.GetValue(kind),
            parsed.GetValue(authority),
            [.. parsed.UnmatchedTokens],
            parsed.InvocationConfiguration.Output,
            parsed.InvocationConfiguration.Error));
        return command;
    }

    private static int Run(string value, IdKind kind, string? authority, string[] rest, TextWriter output, TextWriter error)
    {
        if (ServerSettings.ProblemOrNull(rest) is { } problem)
        {
            error.WriteLine(problem);
            return 1;
        }

        try
        {
            StableIds? ids = authority is null ? AuthOptions.Read(Server.Configure([], rest).Configuration).Ids : new StableIds(authority);
            if (ids is null)
            {
                error.WriteLine(
                    "No identity provider is configured whose ids become GUIDs. Type: tributary id VALUE --kind user --authority https://login.example.org/realm");
                return 1;
            }

            output.WriteLine(ids.Of(kind, value));
            return 0;
        }
        catch (Exception exception) when (exception is OptionsValidationException or ArgumentException)
        {
            error.WriteLine(exception.Message);
            return 1;
        }
    }
}
