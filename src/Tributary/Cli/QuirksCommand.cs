using System.CommandLine;
using System.Text;
using System.Text.Json;
using Spectre.Console;
using Tributary.Graph;
using Tributary.Profiles;
using Tributary.Quirks;
using Profile = Tributary.Profiles.Profile;

namespace Tributary.Cli;

/// <summary>
/// <c>tributary quirks</c>: what the profiles set and which oddities of the real service can be imitated. What is on is what <c>tributary serve</c> with the same
/// settings would have on; a running server tells its own at <c>/tributary/quirks</c>.
/// </summary>
internal static class QuirksCommand
{
    public static Command Create()
    {
        Option<string?> profile = ServeCommand.ProfileOption();
        Option<bool> json = new("--json") { Description = "Print JSON, as /tributary/quirks does." };
        Command command = new("quirks", "List the imitated oddities of the real service and what each profile sets.") { profile, json };
        command.TreatUnmatchedTokensAsErrors = false;
        command.SetAction(parsed => Run(
            [.. ServeCommand.ProfileSettings(parsed.GetValue(profile))],
            [.. parsed.UnmatchedTokens],
            parsed.GetValue(json),
            parsed.InvocationConfiguration.Output,
            parsed.InvocationConfiguration.Error));
        return command;
    }

    private static int Run(KeyValuePair<string, string?>[] settings, string[] rest, bool json, TextWriter output, TextWriter error)
    {
        if (ServerSettings.ProblemOrNull(rest) is { } problem)
        {
            error.WriteLine(problem);
            return 1;
        }

        try
        {
            ConfigurationManager configuration = Server.Configure(settings, rest).Configuration;
            var profile = Profile.Of(configuration);
            var quirks = new QuirkSet(configuration.GetSection(Quirk.Section));
            if (json)
            {
                WriteJson(output, profile, quirks, configuration);
            }
            else
            {
                WriteTables(output, profile, quirks, configuration);
            }

            return 0;
        }
        catch (ArgumentException exception)
        {
            error.WriteLine(exception.Message);
            return 1;
        }
    }

    private static void WriteJson(TextWriter output, Profile profile, QuirkSet quirks, IConfiguration configuration)
    {
        using var body = new MemoryStream();
        using (var writer = new Utf8JsonWriter(body, GraphResult.WriterOptions with { Indented = true }))
        {
            QuirkJson.Write(writer, profile, quirks, configuration);
        }

        output.WriteLine(Encoding.UTF8.GetString(body.GetBuffer().AsSpan(0, (int)body.Length)));
    }

    private static void WriteTables(TextWriter output, Profile profile, QuirkSet quirks, ConfigurationManager configuration)
    {
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(output) });
        Table oddities = Headed("Quirk", "What happens while it is on");
        foreach (Quirk quirk in Quirk.All)
        {
            oddities.AddRow([
                .. new[] { quirk.Id, $"{quirk.Description} ({quirk.Source})" }
                    .Concat(Profile.All.Select(of => OnOff(of.TurnsOn(quirk))))
                    .Append(OnOff(quirks.IsOn(quirk)))
                    .Select(Markup.Escape)]);
        }

        Table values = Headed("Setting");
        foreach (ProfileSetting setting in ProfileSetting.All.Where(setting => !setting.IsQuirk))
        {
            values.AddRow([
                .. Profile.All.Select(of => of.Values[setting.Name]!)
                    .Prepend(setting.Name)
                    .Append(configuration[setting.Name] ?? "")
                    .Select(Markup.Escape)]);
        }

        console.Write(oddities);
        console.Write(values);
        console.WriteLine($"Profile: {profile.Name}. Set one alone with --{Quirk.All[0].Setting}=true or --{ProfileSetting.All[0].Name}={ProfileSetting.All[0].Graph}.");
    }

    private static Table Headed(params string[] columns)
    {
        var table = new Table();
        foreach (string column in columns.Concat(Profile.All.Select(of => of.Name)).Append("now"))
        {
            table.AddColumn(column);
        }

        return table;
    }

    private static string OnOff(bool isOn) => isOn ? "on" : "off";
}
