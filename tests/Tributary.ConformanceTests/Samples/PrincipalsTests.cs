using MarkdownConnector;
using Microsoft.Graph.Models.ExternalConnectors;

namespace Tributary.ConformanceTests.Samples;

public sealed class PrincipalsTests : IDisposable
{
    private const string TenantId = "7f0c2a4e-5b1d-4c8a-9e36-1d2b3c4d5e6f";
    private const string Group = "2f6b1c5e-0a47-4d0e-9a51-6f5d1f3b7a01";
    private const string User = "0b1d5c5e-0a47-4d0e-9a51-6f5d1f3b7a99";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("tributary-principals-");
    private readonly List<string> _lookedUp = [];

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task Names_become_ids_from_the_file_and_the_sign_in()
    {
        Principals principals = await LoadAsync($$"""{ "groups": { "hr": "{{Group}}" }, "users": { "known@contoso.example": "{{User}}", "other@contoso.example": null } }""");

        Assert.Equal(Group, (await principals.ResolveAsync(AclLine.Parse("grant group HR"))).Value);
        Assert.Equal(User, (await principals.ResolveAsync(AclLine.Parse("deny user known@contoso.example"))).Value);
        Assert.Equal("id of other@contoso.example", (await principals.ResolveAsync(AclLine.Parse("grant user other@contoso.example"))).Value);
        Assert.Equal("id of other@contoso.example", (await principals.ResolveAsync(AclLine.Parse("deny user Other@contoso.example"))).Value);
        Assert.Equal(["other@contoso.example"], _lookedUp);
    }

    [Fact]
    public async Task Ids_need_no_name_and_the_whole_tenant_is_its_id()
    {
        Principals principals = await LoadAsync(null);

        Assert.Equal(Group, (await principals.ResolveAsync(AclLine.Parse($"grant group {Group}"))).Value);
        Assert.Equal(User, (await principals.ResolveAsync(AclLine.Parse($"grant user {User}"))).Value);
        Acl everyone = await principals.ResolveAsync(AclLine.Parse("grant everyoneExceptGuests"));
        Assert.Equal((AclType.EveryoneExceptGuests, AccessType.Grant, TenantId), (everyone.Type, everyone.AccessType, everyone.Value));
        Assert.Empty(_lookedUp);
    }

    [Fact]
    public async Task A_group_that_nobody_has_named_is_refused()
    {
        Principals principals = await LoadAsync("""{ "groups": {} }""");

        await Assert.ThrowsAsync<FormatException>(() => principals.ResolveAsync(AclLine.Parse("deny group partners")));
    }

    [Theory]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("""{ "groups": [] }""")]
    [InlineData("""{ "groups": { "hr": null } }""")]
    [InlineData("""{ "groups": { "hr": 1 } }""")]
    [InlineData("""{ "users": { "known@contoso.example": 1 } }""")]
    public async Task A_file_that_says_something_else_is_told_by_its_name(string json)
    {
        ConnectorException refusal = await Assert.ThrowsAsync<ConnectorException>(() => LoadAsync(json));

        Assert.Contains(Principals.FileName, refusal.Message, StringComparison.Ordinal);
    }

    private async Task<Principals> LoadAsync(string? json)
    {
        if (json is not null)
        {
            await File.WriteAllTextAsync(Path.Combine(_folder.FullName, Principals.FileName), json);
        }

        return await Principals.LoadAsync(
            _folder,
            TenantId,
            name =>
            {
                _lookedUp.Add(name);
                return Task.FromResult($"id of {name}");
            },
            CancellationToken.None);
    }
}
