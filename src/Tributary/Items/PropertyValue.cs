using System.Diagnostics.CodeAnalysis;
using Tributary.Schemas;

namespace Tributary.Items;

/// <summary>
/// The value of one property of an item, typed. A single value reads as a collection of one, so that who indexes values has one loop for both; what there is to
/// read follows from <see cref="Type"/>, and reading anything else is a mistake that throws.
/// </summary>
internal readonly struct PropertyValue
{
    private readonly object? _collection;
    private readonly int _count;
    private readonly string? _text;
    private readonly long _number;
    private readonly double _double;

    private PropertyValue(PropertyType type, object collection, int count)
    {
        Type = type;
        _collection = collection;
        _count = count;
    }

    public PropertyValue(string text)
    {
        Type = PropertyType.String;
        _text = text;
    }

    public PropertyValue(double number)
    {
        Type = PropertyType.Double;
        _double = number;
    }

    private PropertyValue(PropertyType type, long number)
    {
        Type = type;
        _number = number;
    }

    /// <summary>The type in the schema, a collection or not.</summary>
    public PropertyType Type { get; }

    /// <summary>
    /// The strings of <c>string</c> and <c>stringCollection</c>; of <c>principal</c> and <c>principalCollection</c> what a query compares with: display name, UPN,
    /// e-mail and external name of each (search 7.5).
    /// </summary>
    [UnscopedRef]
    public ReadOnlySpan<string> Texts => Read(Type.IsText() || Type.Element() == PropertyType.Principal, in _text!);

    [UnscopedRef]
    public ReadOnlySpan<long> Int64s => Read(Type.Element() == PropertyType.Int64, in _number);

    [UnscopedRef]
    public ReadOnlySpan<double> Doubles => Read(Type.Element() == PropertyType.Double, in _double);

    /// <summary>The instants of <c>dateTime</c> and <c>dateTimeCollection</c> as ticks in UTC.</summary>
    [UnscopedRef]
    public ReadOnlySpan<long> UtcTicks => Read(Type.Element() == PropertyType.DateTime, in _number);

    public bool Boolean => Type == PropertyType.Boolean ? _number != 0 : throw WrongType();

    public static PropertyValue OfInt64(long number) => new(PropertyType.Int64, number);

    public static PropertyValue OfUtcTicks(long ticks) => new(PropertyType.DateTime, ticks);

    public static PropertyValue OfBoolean(bool value) => new(PropertyType.Boolean, value ? 1 : 0);

    /// <summary>A collection in the first <paramref name="count"/> places of <paramref name="values"/>, which is not copied.</summary>
    public static PropertyValue OfTexts(PropertyType type, string[] values, int count) => new(type, values, count);

    /// <inheritdoc cref="OfTexts"/>
    public static PropertyValue OfNumbers(PropertyType type, long[] values, int count) => new(type, values, count);

    /// <inheritdoc cref="OfTexts"/>
    public static PropertyValue OfDoubles(double[] values, int count) => new(PropertyType.DoubleCollection, values, count);

    [UnscopedRef]
    private ReadOnlySpan<T> Read<T>(bool isOfType, [UnscopedRef] in T single)
    {
        if (!isOfType)
        {
            throw WrongType();
        }

        return _collection is null ? new ReadOnlySpan<T>(in single) : ((T[])_collection).AsSpan(0, _count);
    }

    private InvalidOperationException WrongType() => new($"The value is of type {Type}.");
}
