using System.Reflection;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;
using Tributary.Directories;
using Tributary.Directories.MicrosoftGraph;
using Tributary.Graph;
using Tributary.Search;
using Tributary.TakeOver;

namespace Tributary.Tests;

/// <summary>What is said of settings that there are not, or that are of another kind.</summary>
public sealed class CheckedOptionsTests
{
    private static IConfigurationRoot Configured(params (string Name, string? Value)[] settings) =>
        new ConfigurationBuilder().AddInMemoryCollection(settings.ToDictionary(setting => setting.Name, setting => setting.Value)).Build();

    private static string[] Problems<T>(string section, params (string Name, string? Value)[] settings) =>
        [.. SettingNames.Problems(Configured(settings).GetSection(section), typeof(T))];

    [Theory]
    [InlineData("Search:AllowGuests", "yes", "true or false")]
    [InlineData("Search:MaxPageSize", "many", "a whole number, 2147483647 at most")]
    [InlineData("Search:MaxPageSize", "2147483648", "a whole number, 2147483647 at most")]
    [InlineData("Search:MaxPageSize", "1.5", "a whole number, 2147483647 at most")]
    [InlineData("Search:MaxPageBytes", "9223372036854775808", "a whole number, 9223372036854775807 at most")]
    [InlineData("Search:Timeout", "15s", "a time such as 00:00:30, or with days 1.00:00:00")]
    [InlineData("Search:Ranking:TitleWeight", "much", "a number such as 0.5")]
    [InlineData("Search:Ranking:FreshnessHalfLife", "long", "a time such as 00:00:30, or with days 1.00:00:00")]
    public void A_value_of_another_kind_is_told_with_what_it_may_be(string name, string value, string allowed)
    {
        IConfigurationSection section = Configured((name, value)).GetSection("Search");

        OptionsValidationException wrong = Assert.Throws<OptionsValidationException>(() => CheckedOptions.Read(section, from => from.Get<SearchOptions>()));

        Assert.Equal([$"{name} is '{value}'; it must be {allowed}."], wrong.Failures);
    }

    [Theory]
    [InlineData("Search:AllowGuests", "TRUE")]
    [InlineData("Search:MaxPageSize", " 7 ")]
    [InlineData("Search:Timeout", "0:1")]
    [InlineData("Search:maxpagesize", "7")]
    [InlineData("Search:Ranking:titleWeight", "2.5")]
    public void What_the_binder_takes_is_nothing_to_tell_of(string name, string value)
    {
        Assert.Empty(Problems<SearchOptions>("Search", (name, value)));
        Assert.NotNull(CheckedOptions.Read(Configured((name, value)).GetSection("Search"), from => from.Get<SearchOptions>()));
    }

    [Fact]
    public void Names_of_a_kind_are_listed() => Assert.Equal(
        ["Graph:UnknownMembers is 'Ignored'; it must be one of Refuse, Ignore."], Problems<GraphOptions>("Graph", ("Graph:UnknownMembers", "Ignored")));

    [Fact]
    public void Everything_that_is_wrong_is_told_at_once_wherever_in_the_section_it_is() => Assert.Equal(
        [
            "Directory:Graph:ClientIdd is not a setting; did you mean Directory:Graph:ClientId?",
            "Directory:Graph:MaxGroups is 'x'; it must be a whole number, 2147483647 at most.",
            "Directory:Tenants:7f0c2a4e-5b1d-4c8a-9e36-1d2b3c4d5e6f:Scim:Secrets is not a setting; did you mean Directory:Tenants:7f0c2a4e-5b1d-4c8a-9e36-1d2b3c4d5e6f:Scim:Secret?",
            "Directory:Tenants:7f0c2a4e-5b1d-4c8a-9e36-1d2b3c4d5e6f:Source is 'Sead'; it must be one of Token, Seed, Scim, Graph.",
        ],
        Problems<DirectoryOptions>(
            "Directory",
            ("Directory:Graph:ClientIdd", "x"),
            ("Directory:Graph:MaxGroups", "x"),
            ("Directory:Graph:Timeout", "00:00:01"),
            ("Directory:Tenants:7f0c2a4e-5b1d-4c8a-9e36-1d2b3c4d5e6f:Source", "Sead"),
            ("Directory:Tenants:7f0c2a4e-5b1d-4c8a-9e36-1d2b3c4d5e6f:Scim:Secrets", "not to be told")).Order());

    [Fact]
    public void What_is_worked_out_from_the_settings_is_no_setting() => Assert.StartsWith(
        "TakeOver:ChosenCloud is not a setting; there are Enabled, Cloud, ", Assert.Single(Problems<TakeOverOptions>("TakeOver", ("TakeOver:ChosenCloud", "x"))), StringComparison.Ordinal);

    [Fact]
    public void The_kinds_of_all_settings_are_known()
    {
        Type[] options =
        [
            .. typeof(ICheckedOptions).Assembly.GetTypes()
                .Where(type => type is { IsClass: true } && typeof(ICheckedOptions).IsAssignableFrom(type))

                // The root's and the inside of another.
                .Except([typeof(PublicUrlOptions), typeof(GraphDirectoryOptions)]),
        ];

        Assert.True(options.Length > 15, $"There are only {options.Length}.");
        foreach (Type type in options)
        {
            string section = (string)type.GetField("Section", BindingFlags.Static | BindingFlags.Public)!.GetRawConstantValue()!;
            IEnumerable<string> names = type.GetProperties().Where(property => property.CanWrite).Select(property => property.Name);

            // A name that is nothing like any has all of them told.
            string all = Assert.Single((string[])[.. SettingNames.Problems(Configured(($"{section}:Zzzzzzzzzzzz", "x")).GetSection(section), type)]);
            Assert.Equal($"{section}:Zzzzzzzzzzzz is not a setting; there are {string.Join(", ", names)}.", all);
        }
    }

    [Fact]
    public void A_line_is_written_for_each_setting_that_is_wrong()
    {
        Assert.Equal($"a{Environment.NewLine}b", CheckedOptions.Text(new OptionsValidationException("x", typeof(string), ["a", "b"])));
        Assert.Equal("c", CheckedOptions.Text(new ArgumentException("c")));
    }
}
