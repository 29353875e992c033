//! Expressions: conditions, variables, and the values of obligations.

use std::borrow::Cow;

use roxmltree::Node;

use super::super::evaluate::{Comparison, Condition};
use super::super::function::{BagFunction, Function};
use super::super::names::DataType;
use super::element::{Content, Refused, attribute, is_empty, refuse, text};
use super::target::{Matches, Written, check_selector, designator};

/// An expression as it is written. How deep they are nested is bounded for the whole document.
pub(super) enum Expression<'a> {
    Apply {
        function: &'a str,
        parameters: Vec<Expression<'a>>,
    },
    Value {
        value: Cow<'a, str>,
        data_type: &'a str,
    },
    Attribute(Written<'a>),
    Selector,
    Variable,
    Function,
}

/// Reads an element whose content is one expression.
pub(super) fn only_expression<'a>(element: Node<'a, '_>) -> Result<Expression<'a>, Refused> {
    let mut content = Content::of(element)?;
    let Some(inner) = content.take() else {
        let name = element.tag_name().name();
        return Err(refuse(element, format!("{name} is empty")));
    };
    let expression = expression(inner)?;
    content.end()?;
    Ok(expression)
}

fn expression<'a>(element: Node<'a, '_>) -> Result<Expression<'a>, Refused> {
    Ok(match element.tag_name().name() {
        "Apply" => apply(element)?,
        "AttributeValue" => Expression::Value {
            data_type: attribute(element, "DataType")?,
            value: text(element)?,
        },
        "AttributeDesignator" => Expression::Attribute(designator(element)?),
        "AttributeSelector" => {
            check_selector(element)?;
            Expression::Selector
        }
        "VariableReference" => {
            is_empty(element)?;
            Expression::Variable
        }
        "Function" => {
            is_empty(element)?;
            Expression::Function
        }
        other => return Err(refuse(element, format!("{other} is no expression"))),
    })
}

fn apply<'a>(element: Node<'a, '_>) -> Result<Expression<'a>, Refused> {
    let function = attribute(element, "FunctionId")?;
    let mut content = Content::of(element)?;
    content.skip_description()?;
    let mut parameters = Vec::new();
    while let Some(parameter) = content.take() {
        match expression(parameter)? {
            Expression::Variable => {
                return Err(refuse(
                    parameter,
                    "a variable inside Apply is not supported",
                ));
            }
            other => parameters.push(other),
        }
    }
    Ok(Expression::Apply {
        function,
        parameters,
    })
}

impl<'a> Matches<'a> {
    pub(super) fn condition(&mut self, element: Node<'a, '_>) -> Result<Condition, Refused> {
        let Expression::Apply {
            function,
            parameters,
        } = only_expression(element)?
        else {
            return Ok(Condition::NeverTrue);
        };
        let (value, data_type, attribute, is_value_first) = match &*parameters {
            [Expression::Value { value, data_type }, attribute] => {
                (value, data_type, attribute, true)
            }
            [attribute, Expression::Value { value, data_type }] => {
                (value, data_type, attribute, false)
            }
            [_, _, _, ..] if Function::from_uri(function) != Function::Unknown => {
                return Ok(Condition::NeverTrue);
            }
            _ => return Ok(Condition::Unsupported),
        };
        let Some((attribute, bag_function)) = attribute.as_attribute() else {
            return Ok(Condition::Unsupported);
        };
        let (function, test) = self.compile(function, value, element)?;
        Ok(Condition::Comparison(Box::new(Comparison {
            function,
            test,
            value: value.as_ref().into(),
            data_type: DataType::from_uri(*data_type).into_owned(),
            attribute: attribute.compile(),
            bag_function,
            is_value_first,
        })))
    }
}

impl<'a> Expression<'a> {
    /// An attribute, bare or inside one function.
    fn as_attribute(&self) -> Option<(Written<'a>, Option<BagFunction>)> {
        match self {
            Self::Attribute(written) => Some((*written, None)),
            Self::Apply {
                function,
                parameters,
            } => match &**parameters {
                [Self::Attribute(written)] => {
                    Some((*written, Some(BagFunction::from_uri(function))))
                }
                _ => None,
            },
            _ => None,
        }
    }
}
