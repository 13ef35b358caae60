using System.CommandLine;
using Microsoft.Extensions.Options;
using Tributary.Auth;

namespace Tributary.Cli;

/// <summary>
/// <c>tributary id</c>: prints the GUID that stands for a provider's own id in access lists, in <c>authorizedAppIds</c> and wherever else Graph takes GUIDs only.
/// </summary>
internal static class IdCommand
{
    /// <summary>What a GUID can stand for. Not the enum's parser, which would take a number for a kind too.</summary>
    private static readonly IReadOnlyDictionary<string, IdKind> Kinds = new Dictionary<string, IdKind>(StringComparer.OrdinalIgnoreCase)
    {
        ["user"] = IdKind.User,
        ["group"] = IdKind.Group,
        ["app"] = IdKind.App,
        ["tenant"] = IdKind.Tenant,
    };

    public static Command Create()
    {
        Argument<string> value = new("value") { Description = "The id as the provider's tokens have it, such as 00u1abc, auth0|5f7c, /engineering." };
        value.Validators.Add(result =>
        {
            if (result.Tokens is [{ Value: var given }] && string.IsNullOrWhiteSpace(given))
            {
                result.AddError("The id is empty. Write it as the provider's tokens have it: tributary id 00u1abc --kind user");
            }
        });
        Option<string> kind = new("--kind") { Description = $"What it names: {string.Join(", ", Kinds.Keys)}.", Required = true };
        kind.Validators.Add(result =>
        {
            if (result.Tokens is [{ Value: var given }] && !Kinds.ContainsKey(given))
            {
                result.AddError($"--kind is '{given}'; it must be {string.Join(", ", Kinds.Keys)}{(NearestName.OfOrNull(given, [.. Kinds.Keys]) is { } near ? $" (did you mean {near}?)" : "")}.");
            }
        });
        Option<string?> authority = new("--authority")
        {
            Description = "The provider's address, as Auth:Authority has it. Default: what tributary serve would read from the settings.",
        };
        Option<string?> name = new("--namespace")
        {
            Description = "In the place of --authority: what Auth:Claims:Namespace has, which may be any text.",
        };

        Command command = new("id", "Print the GUID that an id of another identity provider becomes.") { value, kind, authority, name };
        command.TreatUnmatchedTokensAsErrors = false;
        command.SetAction(parsed => Run(
            parsed.GetRequiredValue(value),
            Kinds[parsed.GetRequiredValue(kind)],
            parsed.GetValue(authority),
            parsed.GetValue(name),
            [.. parsed.UnmatchedTokens],
            parsed.InvocationConfiguration.Output,
            parsed.InvocationConfiguration.Error));
        return command;
    }

    private static int Run(string value, IdKind kind, string? authority, string? name, string[] rest, TextWriter output, TextWriter error)
    {
        if ((ServerSettings.ProblemOrNull(rest) ?? ProblemOrNull(authority, name)) is { } problem)
        {
            error.WriteLine(problem);
            return 1;
        }

        try
        {
            StableIds? ids = (name ?? authority) is { } said ? new StableIds(said) : AuthOptions.Read(Server.Configure([], rest).Configuration).Ids;
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
            error.WriteLine(CheckedOptions.Text(exception));
            return 1;
        }
    }

    /// <summary>What <c>tributary serve</c> would say of the same text in its settings: a GUID of a mistyped address matches nobody's.</summary>
    private static string? ProblemOrNull(string? authority, string? name) =>
        authority is not null && name is not null ? "--namespace stands in the place of --authority; leave out one of them."
        : authority is not null ? AuthRules.AuthorityProblems(new AuthOptions { Authority = authority }).FirstOrDefault()
        : name is not null && !ClaimRules.IsNamespace(name) ? "--namespace must be a text without line breaks, as Auth:Claims:Namespace."
        : null;
}
