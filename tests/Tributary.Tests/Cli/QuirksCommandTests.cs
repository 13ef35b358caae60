using System.CommandLine;
using System.Text.Json;
using Tributary.Cli;
using Tributary.Profiles;
using Tributary.Quirks;

namespace Tributary.Tests.Cli;

public class QuirksCommandTests
{
    [Fact]
    public void It_prints_every_quirk_and_every_setting_of_the_profiles()
    {
        (int exitCode, string output, string error) = Run();

        Assert.Equal((0, ""), (exitCode, error));
        Assert.All(ProfileSetting.All, setting => Assert.Contains(setting.IsQuirk ? setting.Name.Split(':')[1] : setting.Name, output, StringComparison.Ordinal));
        Assert.Contains("Profile: fast.", output, StringComparison.Ordinal);
    }

    [Fact]
    public void It_tells_what_a_server_with_the_same_settings_would_have_on()
    {
        (int exitCode, string output, string error) = Run("--profile", "graph", "--json", "--Quirks:broken-layout-503=false", "--Quirks:foreign-connection-403=true");

        Assert.Equal((0, ""), (exitCode, error));
        JsonElement json = JsonDocument.Parse(output).RootElement;
        Assert.Equal("graph", json.GetProperty("profile").GetString());
        Assert.Equal(
            Quirk.All.Where(quirk => quirk.Id is not "broken-layout-503" && (quirk.IsInGraph || quirk.Id is "foreign-connection-403")).Select(quirk => quirk.Id),
            json.GetProperty("quirks").EnumerateArray().Where(quirk => quirk.GetProperty("isOn").GetBoolean()).Select(quirk => quirk.GetProperty("id").GetString()));
    }

    [Theory]
    [InlineData("--profile slow", "Profile is 'slow'; it must be one of fast, graph.")]
    [InlineData("--Quirks:nope=true", "Quirks:nope: there is no such quirk.")]
    [InlineData("--Quirks:empty-activities=yes", "Quirks:empty-activities: 'yes' must be true or false.")]
    [InlineData("--nope", "Unknown option '--nope'.")]
    public void What_is_wrong_is_told_and_nothing_is_printed(string arguments, string message)
    {
        (int exitCode, string output, string error) = Run(arguments.Split(' '));

        Assert.Equal((1, ""), (exitCode, output));
        Assert.StartsWith(message, error, StringComparison.Ordinal);
    }

    private static (int ExitCode, string Output, string Error) Run(params string[] arguments)
    {
        using StringWriter output = new();
        using StringWriter error = new();
        int exitCode = QuirksCommand.Create().Parse(arguments).Invoke(new InvocationConfiguration { Output = output, Error = error });
        return (exitCode, output.ToString(), error.ToString());
    }
}
