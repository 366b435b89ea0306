using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text;

namespace FastRnn.Consumer.Tests.PublicSurface;

/// <summary>Writes every type and member that a user of an assembly can reach, one a line, in a fixed order.</summary>
internal static class SurfacePrinter
{
    private const BindingFlags Declared
        = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    private static readonly NullabilityInfoContext Nullability = new();

    private static readonly Dictionary<Type, string> Keywords = new()
    {
        [typeof(void)] = "void",
        [typeof(bool)] = "bool",
        [typeof(int)] = "int",
        [typeof(long)] = "long",
        [typeof(float)] = "float",
        [typeof(double)] = "double",
        [typeof(string)] = "string",
        [typeof(object)] = "object",
    };

    internal static string Print(Assembly assembly)
    {
        var text = new StringBuilder();
        IEnumerable<Type> types = assembly.GetExportedTypes().Where(type => !IsExtensionGroup(type));
        foreach (Type type in types.OrderBy(type => type.FullName, StringComparer.Ordinal))
        {
            text.Append(Header(type)).Append('\n');
            foreach (string member in Members(type).Order(StringComparer.Ordinal))
            {
                text.Append("    ").Append(member).Append('\n');
            }

            text.Append('\n');
        }

        return text.ToString();
    }

    /// <summary>What the compiler makes of extension members beside the static methods of their class, which are printed.</summary>
    private static bool IsExtensionGroup(Type type) => type.IsNested && type.FullName!.Contains('<', StringComparison.Ordinal);

    private static string Header(Type type)
    {
        string kind = type.IsEnum ? "enum" : type.IsValueType ? "struct" : type.IsInterface ? "interface" : "class";
        string modifier = type switch
        {
            { IsValueType: true } when !type.IsEnum && type.IsDefined(typeof(IsReadOnlyAttribute), false) => "readonly ",
            { IsClass: true, IsAbstract: true, IsSealed: true } => "static ",
            { IsClass: true, IsAbstract: true } => "abstract ",
            { IsClass: true, IsSealed: true } => "sealed ",
            _ => "",
        };
        IEnumerable<Type> bases = type.IsEnum || type.IsValueType ? [] : type.BaseType is { } b && b != typeof(object) ? [b] : [];
        string[] parents = [.. bases.Concat(type.IsEnum ? [] : type.GetInterfaces()).Select(Name).Order(StringComparer.Ordinal)];
        return $"{modifier}{kind} {type.FullName}" + (parents.Length == 0 ? "" : " : " + string.Join(", ", parents));
    }

    private static IEnumerable<string> Members(Type type)
    {
        if (type.IsEnum)
        {
            return type.GetFields(BindingFlags.Public | BindingFlags.Static)
                .Select(field => $"{field.Name} = {Convert.ToInt64(field.GetRawConstantValue(), CultureInfo.InvariantCulture)}");
        }

        return type.GetConstructors(Declared).Where(IsReachable).Select(c => $"{Modifier(c)}{type.Name}({Parameters(c)})")
            .Concat(type.GetMethods(Declared).Where(m => IsReachable(m) && !IsAccessor(m) && m.Name[0] != '<').Select(Method))
            .Concat(type.GetProperties(Declared).Where(p => p.GetAccessors(nonPublic: true).Any(IsReachable)).Select(Property))
            .Concat(type.GetFields(Declared).Where(f => f.IsPublic || f.IsFamily).Select(f => $"{Name(f.FieldType)} {f.Name}"));
    }

    private static string Method(MethodInfo method)
        => $"{Modifier(method)}{Name(method.ReturnType, Nullability.Create(method.ReturnParameter))} {method.Name}({Parameters(method)})";

    private static string Property(PropertyInfo property)
    {
        MethodInfo accessor = property.GetAccessors(nonPublic: true).First(IsReachable);
        string get = property.GetMethod is { } g && IsReachable(g) ? "get; " : "";
        string set = property.SetMethod is { } s && IsReachable(s) ? IsInit(s) ? "init; " : "set; " : "";
        string required = property.IsDefined(typeof(RequiredMemberAttribute)) ? "required " : "";
        return $"{Modifier(accessor)}{required}{Name(property.PropertyType, Nullability.Create(property))} {property.Name} {{ {get}{set}}}";
    }

    private static string Parameters(MethodBase method)
        => string.Join(", ", method.GetParameters().Select(parameter =>
        {
            string prefix = parameter.IsOut ? "out " : parameter.ParameterType.IsByRef ? "ref " : "";
            string value = !parameter.HasDefaultValue ? "" : " = " + (parameter.RawDefaultValue switch
            {
                null => parameter.ParameterType.IsValueType ? "default" : "null",
                Enum e => e.ToString(),
                var v => Convert.ToString(v, CultureInfo.InvariantCulture),
            });
            return $"{prefix}{Name(parameter.ParameterType, Nullability.Create(parameter))} {parameter.Name}{value}";
        }));

    private static string Modifier(MethodBase method)
        => (method.IsFamily || method.IsFamilyOrAssembly ? "protected " : "")
            + (method.IsStatic ? "static " : method.IsAbstract ? "abstract " : method.IsVirtual && !method.IsFinal ? "virtual " : "");

    private static bool IsReachable(MethodBase method) => method.IsPublic || method.IsFamily || method.IsFamilyOrAssembly;

    private static bool IsAccessor(MethodInfo method) => method.IsSpecialName && !method.Name.StartsWith("op_", StringComparison.Ordinal);

    private static bool IsInit(MethodInfo setter)
        => setter.ReturnParameter.GetRequiredCustomModifiers().Contains(typeof(IsExternalInit));

    private static string Name(Type type, NullabilityInfo nullability)
        => Name(type) + (!type.IsValueType && nullability.ReadState == NullabilityState.Nullable ? "?" : "");

    private static string Name(Type type)
    {
        if (type.IsByRef)
        {
            return Name(type.GetElementType()!);
        }

        if (Keywords.TryGetValue(type, out string? keyword))
        {
            return keyword;
        }

        return type.IsGenericType
            ? $"{type.Name[..type.Name.IndexOf('`', StringComparison.Ordinal)]}<{string.Join(", ", type.GetGenericArguments().Select(Name))}>"
            : type.Name;
    }
}
