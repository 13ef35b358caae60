using System.CommandLine;
using Tributary.Cli;

namespace Tributary.Tests.Cli;

public sealed class IdCommandTests
{
    private const string Provider = "https://login.example.org/realms/contoso";

    [Theory]
    [InlineData("user", "auth0|5f7c8ec7c33c6c004bbafe82", "7a0f3315-687c-850b-8ca4-6d930021e77e")]
    [InlineData("group", "/engineering/search", "7d229c5e-c79a-8271-8b1d-5e0ebff109a2")]
    [InlineData("app", "0oa1gjh63g214q0Hq0g4", "68014b92-3a0e-81eb-8f1a-462246e5d4fe")]
    [InlineData("Tenant", "contoso", "ddac0399-77a8-8010-bc88-740916479291")]
    [InlineData("user", "8F1C1C8E-3D5F-4D0E-9B0A-3F6C7F9F5B11", "8f1c1c8e-3d5f-4d0e-9b0a-3f6c7f9f5b11")]
    public void It_prints_the_GUID_and_nothing_else(string kind, string value, string expected)
    {
        Assert.Equal((0, expected + Environment.NewLine, ""), Run(value, "--kind", kind, "--authority", Provider));
        Assert.Equal((0, expected + Environment.NewLine, ""), Run(value, "--kind", kind, $"--Auth:Authority={Provider}"));
    }

    [Fact]
    public void The_namespace_of_the_settings_counts_before_the_authority()
    {
        (_, string ofNamespace, _) = Run("ada", "--kind", "user", "--Auth:Authority=https://new.example.org", $"--Auth:Claims:Namespace={Provider}", "--Auth:Claims:Application=gty=app");

        Assert.Equal(Run("ada", "--kind", "user", "--authority", Provider).Output, ofNamespace);
    }

    [Theory]
    [InlineData("ada --kind user", "No identity provider is configured whose ids become GUIDs. Type: tributary id")]
    [InlineData("ada --kind user --Auth:Cloud=Global --Auth:Tenants=any", "No identity provider is configured whose ids become GUIDs.")]
    [InlineData("ada --kind user --Auth:Authority=nowhere", "Auth:Authority is 'nowhere'")]
    [InlineData("ada --kind user --nope", "Unknown option '--nope'.")]
    [InlineData("ada --kind user --Oauth:Authority=https://a.example", "Unknown option '--Oauth:Authority=https://a.example'. Did you mean --Auth:Authority=https://a.example? Settings are written")]
    [InlineData("ada --kind user --authority x", "Auth:Authority is 'x'; it must be an absolute https URL")]
    [InlineData("ada --kind user --authority http://login.example.org", "Auth:Authority is 'http://login.example.org'; it must be an absolute https URL")]
    [InlineData("ada --kind user --authority ftp://login.example.org", "Auth:Authority is 'ftp://login.example.org'")]
    [InlineData("ada --kind user --authority https://login.microsoftonline.com/common/v2.0", "Auth:Authority is 'https://login.microsoftonline.com/common/v2.0', which is Microsoft Entra ID.")]
    [InlineData("ada --kind user --authority https://a.example/.well-known/openid-configuration", "Auth:Authority is 'https://a.example/.well-known/openid-configuration'; it must be what stands before")]
    [InlineData("ada --kind user --authority https://a.example --namespace x", "--namespace stands in the place of --authority; leave out one of them.")]
    [InlineData("ada --kind nope", "--kind is 'nope'; it must be user, group, app, tenant.")]
    [InlineData("ada --kind usre", "--kind is 'usre'; it must be user, group, app, tenant (did you mean user?).")]
    [InlineData("ada --kind 2", "--kind is '2'; it must be user, group, app, tenant.")]
    public void What_is_wrong_is_told_and_nothing_is_printed(string arguments, string message)
    {
        (int exitCode, string output, string error) = Run(arguments.Split(' '));

        Assert.Equal(1, exitCode);
        Assert.StartsWith(message, error, StringComparison.Ordinal);
        Assert.DoesNotContain("Tributary.Auth", error, StringComparison.Ordinal);
        AssertNoGuid(output);
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("\t")]
    public void An_id_that_is_empty_is_refused(string value)
    {
        (int exitCode, string output, string error) = Run(value, "--kind", "user", "--authority", Provider);

        Assert.Equal(1, exitCode);
        Assert.StartsWith("The id is empty.", error, StringComparison.Ordinal);
        AssertNoGuid(output);
        Assert.Equal(0, Run(value + "x", "--kind", "user", "--authority", Provider).ExitCode);
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("a\nb")]
    public void A_namespace_that_the_settings_would_not_take_is_refused(string name)
    {
        (int exitCode, string output, string error) = Run("ada", "--kind", "user", "--namespace", name);

        Assert.Equal((1, ""), (exitCode, output));
        Assert.StartsWith("--namespace must be a text", error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_namespace_may_be_any_text_and_is_what_the_settings_one_is()
    {
        (int exitCode, string ofOption, _) = Run("ada", "--kind", "user", "--namespace", "our people");
        (_, string ofSetting, _) = Run("ada", "--kind", "user", "--Auth:Authority=https://a.example", "--Auth:Claims:Namespace=our people", "--Auth:Claims:Application=gty=app");

        Assert.Equal((0, ofSetting), (exitCode, ofOption));
        Assert.Equal(Run("ada", "--kind", "user", "--authority", Provider).Output, Run("ada", "--kind", "user", "--namespace", Provider).Output);
        Assert.Equal(0, Run("ada", "--kind", "user", "--authority", "http://localhost:8080/realm").ExitCode);
    }

    /// <summary>The help that goes with a mistake is no result.</summary>
    private static void AssertNoGuid(string output) => Assert.DoesNotMatch("[0-9a-f]{8}-[0-9a-f]{4}-8", output);

    [Fact]
    public void The_kind_must_be_said() => Assert.NotEqual(0, Run("ada", "--authority", Provider).ExitCode);

    private static (int ExitCode, string Output, string Error) Run(params string[] arguments)
    {
        using StringWriter output = new();
        using StringWriter error = new();
        int exitCode = IdCommand.Create().Parse(arguments).Invoke(new InvocationConfiguration { Output = output, Error = error });
        return (exitCode, output.ToString(), error.ToString());
    }
}
