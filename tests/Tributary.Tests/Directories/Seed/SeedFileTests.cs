using Tributary.Directories.Seed;

namespace Tributary.Tests.Directories.Seed;

public sealed class SeedFileTests
{
    [Theory]
    [InlineData("not json", "it is no JSON at line 1, byte 2.")]
    [InlineData("{\n  \"apps\": [}", "it is no JSON at line 2, byte 12.")]
    [InlineData("", "it is no JSON at line 1, byte 1.")]
    [InlineData("null", "$ is null; it must be an object.")]
    [InlineData("[]", "$ is an array; it must be an object.")]
    [InlineData("""{"app":[]}""", "$ has no member 'app'; did you mean apps?")]
    [InlineData("""{"Apps":[]}""", "$ has no member 'Apps'; did you mean apps?")]
    [InlineData("""{"people":[]}""", "$ has no member 'people'; there are tenants, apps, users, groups.")]
    [InlineData("""{"apps":null}""", "$.apps is null; it must be an array, or be left out.")]
    [InlineData("""{"apps":{}}""", "$.apps is an object; it must be an array.")]
    [InlineData("""{"apps":[null]}""", "$.apps[0] is null; it must be an object")]
    [InlineData("""{"apps":["x"]}""", "$.apps[0] is a text; it must be an object.")]
    [InlineData("""{"apps":[{"appId":7}]}""", "$.apps[0].appId is a number; it must be a text in quotes.")]
    [InlineData("""{"apps":[{"managedIdentity":null}]}""", "$.apps[0].managedIdentity is null; it must be true or false, or be left out.")]
    [InlineData("""{"apps":[{"roles":[null]}]}""", "$.apps[0].roles[0] is null; it must be a text in quotes")]
    [InlineData("""{"apps":[{"roles":"x"}]}""", "$.apps[0].roles is a text; it must be an array.")]
    [InlineData("""{"apps":[{"rolez":[]}]}""", "$.apps[0] has no member 'rolez'; did you mean roles?")]
    [InlineData("""{"users":[{"disabled":"true"}]}""", "$.users[0].disabled is a text; it must be true or false.")]
    [InlineData("""{"apps":[{"roles":[]}]}""", "$.apps[0].appId")]
    [InlineData("""{"apps":[{"appId":"x"}]}""", "$.apps[0].appId: 'x'")]
    [InlineData("""{"apps":[{"appId":"00000000-0000-0000-0000-000000000001","role":[]}]}""", "$.apps[0]")]
    [InlineData("""{"apps":[{"appId":"00000000-0000-0000-0000-000000000001","roles":["User.Read","Everything"]}]}""", "$.apps[0].roles[1]: 'Everything'")]
    [InlineData("""{"apps":[{"appId":"00000000-0000-0000-0000-00000000000a"},{"appId":"00000000-0000-0000-0000-00000000000A"}]}""", "$.apps[1]")]
    [InlineData("""{"users":[{}]}""", "$.users[0].userPrincipalName")]
    [InlineData("""{"users":[{"userPrincipalName":"ada"}]}""", "$.users[0].userPrincipalName: 'ada'")]
    [InlineData("""{"users":[{"userPrincipalName":"a@b","oid":"1"}]}""", "$.users[0].oid: '1'")]
    [InlineData("""{"users":[{"userPrincipalName":"a@b","tenantId":"contoso"}]}""", "$.users[0].tenantId: 'contoso'")]
    [InlineData("""{"users":[{"userPrincipalName":"a@b","groups":["00000000-0000-0000-0000-000000000001","HR"]}]}""", "$.users[0].groups[1]: 'HR'")]
    [InlineData("""{"users":[{"userPrincipalName":"a@b"},{"userPrincipalName":"A@b"}]}""", "$.users[1]")]
    [InlineData("""{"users":[{"userPrincipalName":"a@b","administrator":"yes"}]}""", "$.users[0].administrator is a text; it must be true or false.")]
    [InlineData("""{"tenants":[{}]}""", "$.tenants[0].tenantId")]
    [InlineData("""{"tenants":[{"tenantId":"00000000-0000-0000-0000-000000000001","domains":["contoso"]}]}""", "$.tenants[0].domains: 'contoso'")]
    [InlineData("""{"tenants":[{"tenantId":"00000000-0000-0000-0000-000000000001","domains":["a.test","A.test"]}]}""", "$.tenants[0].domains: the domain A.test is named twice")]
    [InlineData("""{"groups":[{"id":"HR"}]}""", "$.groups[0].id: 'HR'")]
    [InlineData("""{"groups":[{"id":"00000000-0000-0000-0000-000000000001","members":["nobody@contoso.test"]}]}""", "$.groups[0].members[0]: there is no user")]
    [InlineData("""{"groups":[{"id":"00000000-0000-0000-0000-000000000001","members":["HR"]}]}""", "$.groups[0].members[0]: 'HR'")]
    [InlineData("""{"users":[{"userPrincipalName":"a@b","oid":"00000000-0000-0000-0000-000000000001"}],"groups":[{"id":"00000000-0000-0000-0000-000000000001"}]}""", "$.groups[0].id")]
    [InlineData("""{"apps":[{"appId":"00000000-0000-0000-0000-000000000001","scopes":["User.Read","Everything"]}]}""", "$.apps[0].scopes: 'Everything'")]
    [InlineData("""{"apps":[{"appId":"00000000-0000-0000-0000-000000000001","secrets":[{"secret":"x"},{}]}]}""", "$.apps[0].secrets[1] has neither secret nor hash")]
    [InlineData("""{"apps":[{"appId":"00000000-0000-0000-0000-000000000001","secrets":[{"secret":""}]}]}""", "$.apps[0].secrets[0].secret is empty")]
    [InlineData("""{"apps":[{"appId":"00000000-0000-0000-0000-000000000001","secrets":[{"secret":"x","hash":"y"}]}]}""", "$.apps[0].secrets[0] has both")]
    [InlineData("""{"apps":[{"appId":"00000000-0000-0000-0000-000000000001","secrets":[{"hash":"md5:00"}]}]}""", "$.apps[0].secrets[0].hash is of neither form: sha256:")]
    [InlineData("""{"apps":[{"appId":"00000000-0000-0000-0000-000000000001","secrets":[{"secret":"x","expires":"soon"}]}]}""", "$.apps[0].secrets[0].expires is a text; it must be a date and time such as")]
    [InlineData("""{"apps":[{"appId":"00000000-0000-0000-0000-000000000001","certificates":["A1B2"]}]}""", "$.apps[0].certificates[0] is neither")]
    [InlineData("""{"apps":[{"appId":"00000000-0000-0000-0000-000000000001","certificates":["-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----"]}]}""", "$.apps[0].certificates[0] is neither")]
    [InlineData("""{"apps":[{"appId":"00000000-0000-0000-0000-000000000001","redirectUris":["/back"]}]}""", "$.apps[0].redirectUris[0]: '/back'")]
    [InlineData("""{"apps":[{"appId":"00000000-0000-0000-0000-000000000001","redirectUris":["https://a.test/#x"]}]}""", "$.apps[0].redirectUris[0]")]
    [InlineData("""{"apps":[{"appId":"00000000-0000-0000-0000-000000000001","redirectUris":["https://b@a.test/"]}]}""", "$.apps[0].redirectUris[0]")]
    [InlineData("""{"apps":[{"appId":"00000000-0000-0000-0000-000000000001","redirectUris":["javascript:alert(1)"]}]}""", "$.apps[0].redirectUris[0]")]
    [InlineData("""{"users":[{"userPrincipalName":"a@b","password":"x","passwordHash":"y"}]}""", "$.users[0] has both password and passwordHash")]
    [InlineData("""{"users":[{"userPrincipalName":"a@b","passwordHash":"sha256:00"}]}""", "$.users[0].passwordHash is of neither form")]
    public void A_mistake_is_named_with_its_path(string json, string expected)
    {
        string file = Path.GetTempFileName();
        File.WriteAllText(file, json);

        string message = Assert.Throws<InvalidDataException>(() => SeedFile.Read(file)).Message;

        Assert.Contains("Directory:SeedFile", message, StringComparison.Ordinal);
        Assert.Contains(file, message, StringComparison.Ordinal);
        Assert.Contains(expected, message, StringComparison.Ordinal);
        Assert.DoesNotContain("System.", message, StringComparison.Ordinal);
        Assert.DoesNotContain("Tributary.Directories", message, StringComparison.Ordinal);
        File.Delete(file);
    }

    [Theory]
    [InlineData("""{ "apps": [ { "appId": "00000000-0000-0000-0000-000000000001", "scopes": null, "publicClient": null, "secrets": [ { "secret": "x", "expires": null }, ], }, ] }""")]
    [InlineData("""{ /* nobody yet */ "tenants": [], "apps": [], "users": [], "groups": [] }""")]
    [InlineData("\uFEFF{}")]
    public void What_may_be_left_out_may_be_null_and_comments_and_commas_are_as_people_write_them(string json)
    {
        string file = Path.GetTempFileName();
        File.WriteAllText(file, json);

        Assert.NotNull(SeedFile.Read(file));
        File.Delete(file);
    }

    [Fact]
    public void Everything_that_is_wrong_with_its_shape_is_told_at_once_and_no_value_is_quoted()
    {
        string file = Path.GetTempFileName();
        File.WriteAllText(file, """{ "app": [], "users": [ { "userPrincipalName": 7, "password": { "very": "secret" } }, { "pasword": "very secret" } ] }""");

        string message = Assert.Throws<InvalidDataException>(() => SeedFile.Read(file)).Message;

        Assert.Equal(4, message.Split(Environment.NewLine).Length);
        Assert.DoesNotContain("secret\"", message, StringComparison.Ordinal);
        Assert.DoesNotContain("very secret", message, StringComparison.Ordinal);
        File.Delete(file);
    }

    [Fact]
    public void A_mistake_in_a_secret_never_quotes_it()
    {
        string file = Path.GetTempFileName();
        File.WriteAllText(file, """
            { "apps": [{ "appId": "00000000-0000-0000-0000-000000000001", "secrets": [{ "secret": "very secret", "hash": "very secret" }, { "hash": "very secret" }] }],
              "users": [{ "userPrincipalName": "a@b", "passwordHash": "very secret" }] }
            """);

        string message = Assert.Throws<InvalidDataException>(() => SeedFile.Read(file)).Message;

        Assert.Equal(3, message.Split(Environment.NewLine).Length);
        Assert.DoesNotContain("very secret", message, StringComparison.Ordinal);
        File.Delete(file);
    }

    [Fact]
    public void Every_mistake_is_told_at_once()
    {
        SeedFile seed = new() { Apps = [new() { AppId = "x", TenantId = "y" }], Users = [new() { UserPrincipalName = "z" }] };

        Assert.Equal(3, new SeedCheck(seed).Problems().Count());
    }

    [Fact]
    public void A_file_that_is_not_there_is_named()
    {
        Assert.Contains("/not/there.json", Assert.Throws<InvalidDataException>(() => SeedFile.Read("/not/there.json")).Message, StringComparison.Ordinal);
    }
}
