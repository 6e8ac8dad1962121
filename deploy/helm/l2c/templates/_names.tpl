{{/* Names and labels that every object has. */}}

{{- define "l2c.name" -}}
{{- .Release.Name | trunc 40 | trimSuffix "-" -}}
{{- end -}}

{{- define "l2c.labels" -}}
app.kubernetes.io/name: l2c
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version }}
{{- end -}}

{{/* Of one process's pods; never the version, which an upgrade changes. Call: (dict "root" $ "process" "customer"). */}}
{{- define "l2c.selector" -}}
app.kubernetes.io/name: l2c
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .process }}
{{- end -}}

{{- define "l2c.image" -}}
{{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}
{{- end -}}

{{- define "l2c.postgresqlHost" -}}
{{- if eq .Values.postgresql.kind "external" -}}
{{ .Values.postgresql.host }}
{{- else -}}
{{ include "l2c.name" . }}-postgresql-rw
{{- end -}}
{{- end -}}

{{- define "l2c.rabbitmqHost" -}}
{{- if eq .Values.rabbitmq.kind "external" -}}
{{ .Values.rabbitmq.host }}
{{- else -}}
{{ include "l2c.name" . }}-rabbitmq
{{- end -}}
{{- end -}}

{{- define "l2c.filesClaim" -}}
{{ .Values.files.volume.existingClaim | default (printf "%s-files" (include "l2c.name" .)) }}
{{- end -}}
