import { useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { ownHeaders, problemOf } from "../../../api/client";
import { Loaded } from "../../../shell/states";
import { useWords } from "../../../words";

interface DefinitionPictureProps {
  /** What the API answers it at. */
  path: string;
  /** What it shows, for those who do not see it. */
  name: string;
}

/** A definition as a picture, in the language that is read. */
export function DefinitionPicture({ path, name }: DefinitionPictureProps) {
  const { language } = useWords();
  const picture = useQuery({
    queryKey: ["picture", path, language],
    queryFn: async ({ signal }) => {
      const response = await fetch(path, { headers: ownHeaders(), signal });
      if (!response.ok) {
        throw await problemOf(response);
      }
      return response.blob();
    },
  });
  return <Loaded query={picture}>{(blob) => <Picture blob={blob} name={name} />}</Loaded>;
}

function Picture({ blob, name }: { blob: Blob; name: string }) {
  const [address, setAddress] = useState<string>();
  useEffect(() => {
    const made = URL.createObjectURL(blob);
    setAddress(made);
    return () => URL.revokeObjectURL(made);
  }, [blob]);
  return address === undefined ? null : <img className="definition-picture" src={address} alt={name} />;
}
