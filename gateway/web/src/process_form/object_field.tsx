import { useWords } from "../words";
import { type ControlProps, type FormField, isObject } from "./field";
import { FieldFrame, idOf } from "./field_frame";
import { PlainControl } from "./plain_control";

interface ObjectFieldProps extends ControlProps {
  /** Where it is not as the definition says, once and for all. */
  isRequired?: (column: FormField) => boolean;
}

/** Fields that belong together, as one value. */
export function ObjectField({ isRequired = ({ required }) => required, ...props }: ObjectFieldProps) {
  const { field, value, onChange, path, errors } = props;
  const { named } = useWords();
  const entries = isObject(value) ? value : {};
  return (
    <div className="form-object">
      {field.columns.map((column) => {
        const below = [...path, column.code];
        return (
          <FieldFrame
            key={column.code}
            field={column}
            path={below}
            errors={errors}
            isRequired={isRequired(column)}
            name={named(column)}
          >
            <PlainControl
              {...props}
              field={column}
              path={below}
              id={idOf(below)}
              value={entries[column.code]}
              onChange={(entered) => onChange({ ...entries, [column.code]: entered })}
            />
          </FieldFrame>
        );
      })}
    </div>
  );
}
