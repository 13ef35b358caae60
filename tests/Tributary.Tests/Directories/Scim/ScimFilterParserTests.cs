using Tributary.Directories.Scim;

namespace Tributary.Tests.Directories.Scim;

public sealed class ScimFilterParserTests
{
    [Theory]
    [InlineData("userName eq \"bjensen\"", "userName Eq s:bjensen")]
    [InlineData("username EQ \"bjensen\"", "username Eq s:bjensen")]
    [InlineData("name.familyName co \"O'Malley\"", "name.familyName Co s:O'Malley")]
    [InlineData("urn:ietf:params:scim:schemas:core:2.0:User:userName sw \"J\"", "userName Sw s:J")]
    [InlineData("urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager.value eq \"1\"", "[urn:ietf:params:scim:schemas:extension:enterprise:2.0:User]manager.value Eq s:1")]
    [InlineData("urn:example:2.0:User:tag eq \"1\"", "[urn:example:2.0:User]tag Eq s:1")]
    [InlineData("title pr", "title pr")]
    [InlineData("meta.lastModified gt \"2011-05-13T04:42:34Z\"", "meta.lastModified Gt s:2011-05-13T04:42:34Z")]
    [InlineData("x ge -1.5e3", "x Ge n:-1500")]
    [InlineData("active eq true", "active Eq b:True")]
    [InlineData("active ne false", "active Ne b:False")]
    [InlineData("title eq null", "title Eq null")]
    [InlineData("userName eq \"a\\\"\\u0041\"", "userName Eq s:a\"A")]
    [InlineData("a pr and b pr or c pr", "((a pr And b pr) Or c pr)")]
    [InlineData("a pr or b pr and c pr", "(a pr Or (b pr And c pr))")]
    [InlineData("a pr and (b pr or c pr)", "(a pr And (b pr Or c pr))")]
    [InlineData("a pr and b pr and c pr", "(a pr And b pr And c pr)")]
    [InlineData("not (a pr) and b pr", "(Not a pr And b pr)")]
    [InlineData("  not   ( a   pr )  ", "Not a pr")]
    [InlineData("emails[type eq \"work\" and value co \"@example.com\"]", "emails[(type Eq s:work And value Co s:@example.com)]")]
    [InlineData("emails[type eq \"work\"].value eq \"a@b\"", "emails[(type Eq s:work And value Eq s:a@b)]")]
    [InlineData("emails[type eq \"work\"] or ims[type eq \"xmpp\"]", "(emails[type Eq s:work] Or ims[type Eq s:xmpp])")]
    [InlineData("members[$ref co \"x\"]", "members[$ref Co s:x]")]
    public void A_filter_is_read(string text, string shape)
    {
        (ScimFilter? filter, string? problem) = ScimFilterParser.Parse(text);

        Assert.Null(problem);
        Assert.Equal(shape, Shape(filter!));
    }

    [Theory]
    [InlineData("", "At character 1: here should be the name of an attribute.")]
    [InlineData("userName", "At character 9: here should be an operator")]
    [InlineData("userName is \"x\"", "At character 10: here should be an operator")]
    [InlineData("userName eq", "At character 12: here should be a value in JSON")]
    [InlineData("userName eq x", "At character 13: here should be a value in JSON")]
    [InlineData("userName eq 'x'", "At character 13: here should be a value in JSON")]
    [InlineData("userName eq \"x", "At character 13: here should be a value in JSON")]
    [InlineData("userName eq \"\\ud800\"", "At character 13: here should be a value in JSON")]
    [InlineData("userName eq \"\\q\"", "At character 13: here should be a value in JSON")]
    [InlineData("userName eq True", "At character 13: here should be a value in JSON")]
    [InlineData("userName co 5", "At character 13: 'co' does not go with such a value")]
    [InlineData("active gt true", "At character 11: 'gt' does not go with such a value")]
    [InlineData("userName eq \"x\" userName pr", "At character 17: here should be 'and', 'or' or the end")]
    [InlineData("userName eq \"x\" and", "At character 20: here should be the name of an attribute")]
    [InlineData("(userName pr", "At character 13: here should be ')'")]
    [InlineData("userName pr)", "At character 12: here should be 'and', 'or' or the end")]
    [InlineData("not userName pr", "At character 5: after 'not' should be a parenthesis")]
    [InlineData("emails[type eq \"work\"", "At character 22: here should be ']'")]
    [InlineData("emails[type eq \"work\"].", "At character 24: here should be the name of a sub-attribute")]
    [InlineData("emails[a[b pr] pr]", "At character 9: a filter in brackets follows the name of an attribute")]
    [InlineData("emails.value[type pr]", "At character 13: a filter in brackets follows the name of an attribute")]
    [InlineData("1st pr", "At character 1: here should be the name of an attribute")]
    [InlineData("a.b.c pr", "At character 1: here should be the name of an attribute")]
    [InlineData("urn:ietf:params:scim:schemas:extension:enterprise:2.0:User pr", "At character 59: the schema should be followed by ':' and an attribute")]
    [InlineData("userName\teq \"x\"", "At character 9: here should be an operator")]
    public void A_broken_filter_is_told_where_it_breaks(string text, string beginning)
    {
        (ScimFilter? filter, string? problem) = ScimFilterParser.Parse(text);

        Assert.Null(filter);
        Assert.StartsWith(beginning, problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("displayName", "displayName")]
    [InlineData("name.givenName", "name.givenName")]
    [InlineData("emails[type eq \"work\"].value", "emails[type Eq s:work].value")]
    [InlineData("addresses[type eq \"work\" and primary eq true]", "addresses[(type Eq s:work And primary Eq b:True)]")]
    [InlineData("urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department", "[urn:ietf:params:scim:schemas:extension:enterprise:2.0:User]department")]
    [InlineData("urn:ietf:params:scim:schemas:extension:enterprise:2.0:User", "[urn:ietf:params:scim:schemas:extension:enterprise:2.0:User]")]
    [InlineData("urn:example:2.0:User", "[urn:example:2.0:User]")]
    [InlineData("urn:ietf:params:scim:schemas:core:2.0:User:name.givenName", "name.givenName")]
    public void A_path_is_read(string text, string shape)
    {
        (ScimPath? path, string? problem) = ScimFilterParser.ParsePath(text);

        Assert.Null(problem);
        Assert.Equal(shape, Shape(path!.Attribute with { Sub = null }) + (path.Filter is null ? "" : $"[{Shape(path.Filter)}]") + (path.Sub is null ? "" : "." + path.Sub));
    }

    [Theory]
    [InlineData(" displayName", "At character 1: here should be the name of an attribute.")]
    [InlineData("displayName ", "At character 12: the path should end here.")]
    [InlineData("emails[type eq \"work\"]value", "At character 23: the path should end here.")]
    [InlineData("emails[type eq \"work\"].a.b", "At character 24: here should be the name of a sub-attribute.")]
    [InlineData("emails[]", "At character 8: here should be the name of an attribute.")]
    [InlineData("emails[0]", "At character 8: here should be the name of an attribute.")]
    [InlineData("/emails", "At character 1: here should be the name of an attribute.")]
    public void A_broken_path_is_told_where_it_breaks(string text, string problem) => Assert.Equal(problem, ScimFilterParser.ParsePath(text).Problem);

    [Fact]
    public void Depth_and_length_are_bounded()
    {
        static string Nested(int depth) => string.Concat(Enumerable.Repeat("(", depth)) + "a pr" + string.Concat(Enumerable.Repeat(")", depth));
        static string Long(int length) => "a eq \"" + new string('x', length - 7) + "\"";

        Assert.Null(ScimFilterParser.Parse(Nested(ScimFilterParser.MaxDepth)).Problem);
        Assert.Equal($"At character {ScimFilterParser.MaxDepth + 1}: there are more than {ScimFilterParser.MaxDepth} levels.", ScimFilterParser.Parse(Nested(ScimFilterParser.MaxDepth + 1)).Problem);
        Assert.Null(ScimFilterParser.Parse(Long(ScimFilterParser.MaxLength)).Problem);
        Assert.StartsWith("It is longer", ScimFilterParser.Parse(Long(ScimFilterParser.MaxLength + 1)).Problem, StringComparison.Ordinal);
        Assert.Null(ScimFilterParser.ParsePath(new string('x', ScimFilterParser.MaxPathLength)).Problem);
        Assert.StartsWith("It is longer", ScimFilterParser.ParsePath(new string('x', ScimFilterParser.MaxPathLength + 1)).Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void A_filter_as_long_as_may_be_is_not_a_deep_one()
    {
        string filter = string.Join(" or ", Enumerable.Repeat("a pr", ScimFilterParser.MaxLength / 8));

        Assert.IsType<ScimFilter.Or>(ScimFilterParser.Parse(filter).Filter);
    }

    private static string Shape(ScimFilter filter) => filter switch
    {
        ScimFilter.And and => $"({string.Join(" And ", and.Terms.Select(Shape))})",
        ScimFilter.Or or => $"({string.Join(" Or ", or.Terms.Select(Shape))})",
        ScimFilter.Not not => $"Not {Shape(not.Term)}",
        ScimFilter.Present present => $"{Shape(present.Path)} pr",
        ScimFilter.Within within => $"{Shape(within.Path)}[{Shape(within.Inner)}]",
        ScimFilter.Compare compare => $"{Shape(compare.Path)} {compare.Operator} " + compare.Value switch
        {
            null => "null",
            string text => "s:" + text,
            bool flag => $"b:{flag}",
            _ => FormattableString.Invariant($"n:{compare.Value}"),
        },
        _ => throw new NotSupportedException(),
    };

    private static string Shape(ScimAttributePath path) => (path.Schema is null ? "" : $"[{path.Schema}]") + path.Name + (path.Sub is null ? "" : "." + path.Sub);
}
